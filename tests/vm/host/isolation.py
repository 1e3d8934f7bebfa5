# SPDX-License-Identifier: GPL-2.0
"""What a session is given does not depend on the sessions beside it.

usage: isolation.py FOLDER
"""
import sys

import conservation
from recording import Stream, Violation, check, load_json, same


def slow(folder):
    stream = Stream(f'{folder}/slow')
    try:
        at = stream.by_name['clbench_load_types'].fields.index('a_u64')
        numbers = [fields[at] for _, _, _, _, *fields in stream.fixed('clbench_load_types')]
    except Violation as violation:
        check(False, 'slow: the trace is sound', violation)
        return
    check(True, 'slow: the trace is sound')
    with open(f'{folder}/slow.lanes', encoding='ascii') as file:
        made = int(next(line.split()[2] for line in file if line.startswith('types ')))
    same(numbers, list(range(1, made + 1)), 'slow: every record is there, once and in order')
    summary = load_json(folder, 'slow.json')
    same([summary['complete'], summary['late'], stream.lost], [True, 0, 0], 'slow: and no other')
    session = load_json(folder, 'slow.status')['sessions']
    mine, = (each for each in session if each['name'] == 'slow')
    same(mine['batches']['resent'], 0, 'slow: no batch had to be sent twice')
    same(len(session), 3, 'slow: three sessions lived')
    seen(folder, mine['id'], stream.packets_read)


def seen(folder, own, packets):
    with open(f'{folder}/slow.viewer', encoding='ascii') as file:
        said = file.read()
    check(said.startswith(f'joined {own} ') and 'missed' not in said,
          'slow: a viewer misses nothing', said)
    with open(f'{folder}/slow.seen', encoding='ascii') as file:
        batches = [[int(word) for word in line.split()] for line in file]
    same({session for session, _ in batches}, {own}, 'slow: no foreign batch in its group')
    numbers = [number for _, number in batches]
    same(numbers, list(range(packets - len(numbers) + 1, packets + 1)),
         'slow: a viewer sees each batch up to the last, once')
    check(len(numbers) > 10, 'slow: which are many', len(numbers))
    print(f'slow: a viewer saw {len(numbers)} of {packets} batches')


def main(folder):
    slow(folder)
    fast = conservation.phase(folder, 'fast')
    stopped = conservation.phase(folder, 'stopped')
    check(fast is not None and stopped is not None and stopped > fast,
          'a stopped owner loses, the one beside it less', fast, stopped)


if __name__ == '__main__':
    main(sys.argv[1])
