# SPDX-License-Identifier: GPL-2.0
"""The traces that orphan.sh has left, and what tail has shown.

usage: orphan.py FOLDER
"""
import sys

from recording import Stream, Violation, check, lanes, load_json, same, verify

EVENT = 'clbench_load_seq'


def whole(folder, name):
    """Every number of the load is in the trace, once and in order."""
    stream, numbers = Stream(f'{folder}/{name}', crc=True), {}
    try:
        for _, cpu, context, _, number, *_ in stream.fixed(EVENT):
            numbers.setdefault((cpu, context), []).append(number)
    except Violation as violation:
        check(False, f'{name}: the trace is sound', violation)
        return
    made = lanes(folder, f'{name}.lanes')
    same({lane: found[0] for lane, found in numbers.items() if
          found != list(range(found[0], found[0] + len(found)))}, {},
         f'{name}: numbers follow each other')
    # The load goes on counting from one session to the next.
    same({lane: found[-1] for lane, found in numbers.items()},
         {lane: made[lane] for lane in numbers}, f'{name}: up to the last')
    summary = load_json(folder, f'{name}.json')
    same([summary['complete'], summary['events'][EVENT]['delivered']],
         [True, sum(map(len, numbers.values()))], f'{name}: the summary says the same')
    same(verify(f'{folder}/{name}')[0], 0, f'{name}: verify calls it complete')


def seen(folder, name):
    """Lines of show or tail --json, without what depends on when one joined; whether all."""
    with open(f'{folder}/{name}', encoding='utf-8') as file:
        lines = file.readlines()
    found = [line for line in lines if not line.startswith('{"missed')]
    return [line.split('"tgid"')[0] + line.split('"event"')[1] for line in found], \
        len(found) == len(lines)


def main(folder):
    whole(folder, 'left')
    whole(folder, 'drains')
    whole(folder, 'synced')
    shown, _ = seen(folder, 'live.shown')
    for name in 'live.seen', 'live.stopped':
        found, complete = seen(folder, name)
        left = iter(shown)
        check(all(line in left for line in found) and len(found) > 30000,
              f'{name}: tail shows what is in the trace, in order', len(found))
        check(not complete or found == shown[-len(found):],
              f'{name}: and all of it, if it does not say otherwise', len(found))


if __name__ == '__main__':
    main(sys.argv[1])
