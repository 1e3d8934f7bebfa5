# SPDX-License-Identifier: GPL-2.0
"""Traces whose disk was full: what is there is sound, what is not is accounted for.

usage: full.py FOLDER
"""
import sys

from conservation import EVENT, phase, read
from recording import Violation, check, lanes, load_json, same

END = 'clbench_end'


def ends_early(folder, name):
    """Records in a trace that is sound as far as it goes, and has no end."""
    try:
        found, stream = read(f'{folder}/{name}')
    except Violation as violation:
        check(False, f'{name}: what was kept are whole packets', violation)
        return 0
    check(True, f'{name}: what was kept are whole packets')
    same(stream.counts[stream.by_name[END].id], 0, f'{name}: without an end')
    kept = sum(lane[1] for lane in found.values())
    check(kept > 1000, f'{name}: with many records', kept)
    print(f'{name}: {kept} records in {stream.packets_read} packets')
    return kept


def main(folder):
    lost = phase(folder, 'pause')
    check(lost and lost < 0.95, 'pause: memory had no room for some', lost)
    causes = load_json(folder, 'pause.json')['events'][EVENT]['discarded']
    same({cause for cause, number in causes.items() if number} - {'full_cap', 'full_refill'},
         set(), 'pause: for no other reason')
    check(causes['full_cap'] > causes['full_refill'], 'pause: which the summary names', causes)
    ends_early(folder, 'stop')
    kept = ends_early(folder, 'enough')
    counts = load_json(folder, 'enough.json')['events'][EVENT]
    made = sum(lanes(folder, 'enough.lanes').values())
    same([counts['attempted'], counts['delivered'],
          counts['delivered'] + sum(counts['discarded'].values())], [made, kept, made],
         'enough: what was given up is counted')
    check(counts['discarded']['abandoned'], 'enough: as abandoned', counts)


if __name__ == '__main__':
    main(sys.argv[1])
