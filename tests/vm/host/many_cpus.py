# SPDX-License-Identifier: GPL-2.0
"""Many CPUs: nothing is lost untold, and what happened first stands first.

usage: many_cpus.py FOLDER
"""
import sys

from conservation import phase
from recording import Stream, Violation, check, lanes, load_json, same


def in_turn(folder, cpus):
    """Each record was made on the next CPU, after the one before it had returned."""
    try:
        found = [(number, cpu) for _, cpu, _, _, number, _, _, _ in
                 Stream(f'{folder}/turns').fixed('many_1')]
    except Violation as violation:
        check(False, 'turns: the trace is sound', violation)
        return
    summary = load_json(folder, 'turns.json')
    same(len(found), summary['events']['many_1']['attempted'], 'turns: no record is missing')
    first = found[0][0] if found else 0
    wrong = next((i for i, (number, cpu) in enumerate(found)
                  if number != first + i or cpu != i % cpus), None)
    check(wrong is None, 'turns: the records stand in the order in which they were made',
          wrong is not None and found[max(0, wrong - 3):wrong + 3])
    same(summary['late'], 0, 'turns: no record was late')
    print(f'turns: {len(found)} records, each on the next of {cpus} CPUs')


def main(folder):
    with open(f'{folder}/cpus', encoding='ascii') as file:
        cpus = int(file.read())
    same(len(lanes(folder, 'room.lanes')) % cpus, 0, 'all CPUs have produced in all contexts')
    same(phase(folder, 'room'), 0.0, 'room: with room for all, none is lost')
    lost = phase(folder, 'short')
    check(lost is not None and 0.1 <= lost <= 0.9,
          'short: of too many for a stopped reader, 10 to 90 % are lost', lost)
    in_turn(folder, cpus)


if __name__ == '__main__':
    main(sys.argv[1])
