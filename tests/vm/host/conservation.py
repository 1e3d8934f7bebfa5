# SPDX-License-Identifier: GPL-2.0
"""Numbers read back + losses told == 1 .. N, for each CPU and context.

A loss must stand between the two records that it parts, contents must be
intact, and what record and status said must be what is there.

usage: conservation.py FOLDER
"""
import sys

from recording import (ALL, CONTEXTS, PATIENCE, Stream, Violation, check, lanes, load_json, same,
                       verify)

EVENT = 'clbench_load_seq'
LOST_AT_ITS_PLACE = {0, 1}      # full_cap, full_refill


def read(path):
    """Returns ({(cpu, context): [last number, read, lost]}, stream); may raise."""
    stream = Stream(path)
    found, heard, runs = {}, 0, set()
    for ts, cpu, context, _, number, word, run, of_cpu, of_context in stream.fixed(EVENT):
        if len(stream.losses) != heard:
            heard = take_losses(stream, heard, found)
        lane = found.get((cpu, context)) or found.setdefault((cpu, context), [0, 0, 0, 0])
        # What was told lost since the last record of this lane, no more, no less.
        if number != lane[0] + lane[3] + 1:
            raise Violation(f'{cpu} {CONTEXTS[context]} at {ts}: number {number} follows '
                            f'{lane[0]} and {lane[3]} lost')
        if (number ^ run << 32 ^ cpu << 16 ^ context << 8) * 0x9e3779b97f4a7c15 & ALL != word or \
                of_cpu != cpu or of_context != context:
            raise Violation(f'{cpu} {CONTEXTS[context]}: number {number} is not intact')
        lane[0] = number
        lane[1] += 1
        lane[3] = 0
        runs.add(run)
    take_losses(stream, heard, found)
    if len(runs) != 1:
        raise Violation(f'records of the runs {runs}')
    return found, stream


def take_losses(stream, heard, found):
    for cpu, context, loss in stream.losses[heard:]:
        if loss['cause'] not in LOST_AT_ITS_PLACE:
            raise Violation(f'{cpu} {CONTEXTS[context]}: an unexpected loss {loss}')
        lane = found.setdefault((cpu, context), [0, 0, 0, 0])
        lane[2] += loss['count']
        lane[3] += loss['count']
    return len(stream.losses)


def phase(folder, name):
    """Judges a recording; returns its share of losses, or None."""
    made = lanes(folder, f'{name}.lanes')
    total = sum(made.values())
    try:
        found, stream = read(f'{folder}/{name}')
    except Violation as violation:
        check(False, f'{name}: every number is read back or told lost at its place', violation)
        return None
    same({lane: (last + left, read + lost) for lane, (last, read, lost, left) in found.items()},
         {lane: (count, count) for lane, count in made.items()},
         f'{name}: every number is read back or told lost at its place')
    check({cpu for cpu, _ in made} >= {0, 1}, f'{name}: on both CPUs', made)
    for context in 1, 2:
        share = sum(n for (_, where), n in made.items() if where == context) / total
        check(share >= 0.2, f'{name}: at least a fifth in {CONTEXTS[context]} context', share)
    read_back = sum(lane[1] for lane in found.values())
    summary = load_json(folder, f'{name}.json')
    counts = summary['events'][EVENT]
    same([counts['attempted'], counts['delivered'], sum(counts['discarded'].values())],
         [total, read_back, stream.lost], f'{name}: the summary says the same')
    same(summary['complete'], not stream.lost, f'{name}: and calls it complete only if it is')
    status, verdict = verify(f'{folder}/{name}')
    same([status, verdict['verdict'], verdict['total']['delivered'],
          sum(loss['count'] for loss in verdict['losses'])],
         [1 if stream.lost else 0, 'incomplete' if stream.lost else 'complete', read_back,
          stream.lost], f'{name}: verify says the same')
    same(summary['late'], 0, f'{name}: no record was late')
    session, = (each for each in load_json(folder, f'{name}.status')['sessions']
                if each['name'] == name)
    counts = session['events'][EVENT]
    same(counts['attempted'],
         counts['delivered'] + counts['pending'] + sum(counts['discarded'].values()),
         f'{name}: the numbers of status add up')
    check(session['memory']['high_bytes'] <= session['memory']['max_bytes'],
          f'{name}: memory stays within its limit', session['memory'])
    print(f'{name}: {total} records, {stream.lost} lost in {len(stream.losses)} places, '
          f'{stream.packets_read} packets, at most {session["nodes_high"]} nodes, '
          f'{session["memory"]["high_bytes"] >> 10} KiB, {summary["duration_ns"] / 1e9:.1f} s')
    return stream.lost / total


def main(folder):
    same(phase(folder, 'room'), 0.0, 'room: with room for all, none is lost')
    lost = phase(folder, 'short')
    # A kernel with checks takes longer to go on reading.
    most = 0.5 if PATIENCE == 1 else 0.75
    check(lost is not None and 0.1 <= lost <= most,
          f'short: of too many for a stopped reader, 10 to {100 * most:.0f} % are lost', lost)
    grown = phase(folder, 'growth')
    session = load_json(folder, 'growth.status')['sessions'][0]
    check(session['nodes_high'] > session['config']['nr_node'], 'growth: lists have grown',
          session['nodes_high'])
    check(grown is not None and grown < 0.5, 'growth: and have kept most', grown)
    status, verdict = verify(f'{folder}/shrink')
    check(status in (0, 1), 'shrink: every record is accounted for', verdict['verdict'])
    same(load_json(folder, 'shrink.json')['total']['delivered'], verdict['records'],
         'shrink: the summary says the same')


if __name__ == '__main__':
    main(sys.argv[1])
