# SPDX-License-Identifier: GPL-2.0
"""Turns of two CPUs stand in the stream in the order in which they were taken.

usage: order.py FOLDER
"""
import sys

from recording import Stream, Violation, check, load_json, same


def read(stream, turns):
    """Appends (packet, ts, cpu, turn) to turns; raises if a time goes back."""
    event = stream.by_name['clbench_load_turn']
    last = 0
    for packet, ts, number, cpu, _, _, payload in stream.records():
        if ts < last:
            raise Violation(f'packet {packet}: time goes back from {last} to {ts}')
        last = ts
        if number == event.id:
            turn, of_cpu = event.fixed.unpack(payload)
            if of_cpu != cpu:
                raise Violation(f'turn {turn} of CPU {of_cpu} stands as of CPU {cpu}')
            turns.append((packet, ts, cpu, turn))


def inversions(turns):
    """How many turns stand behind a later one."""
    found = latest = 0
    for record in turns:
        found += record[3] < latest
        latest = max(latest, record[3])
    return found


def main(folder):
    with open(f'{folder}/clocksource', encoding='ascii') as file:
        used = file.read().strip()
    stream, turns, violation = Stream(f'{folder}/turns'), [], None
    try:
        read(stream, turns)
    except Violation as found:
        violation = found
    check(not violation, 'times never go back anywhere, and the trace is sound', violation)
    same(inversions(turns), 0, 'no turn stands before one that was taken earlier')
    same([turn for _, _, _, turn in turns], list(range(1, len(turns) + 1)), 'no turn is missing')
    same(len({cpu for _, _, cpu, _ in turns}), 2, 'both CPUs took turns')
    together = sum(a[0] == b[0] for a, b in zip(turns, turns[1:])) / max(1, len(turns) - 1)
    check(together >= 0.9, 'nine of ten neighbouring turns share a packet', together)
    # The same records, packet by packet, one list after the other.
    arrival = sorted(turns, key=lambda record: (record[0], record[2]))
    found = inversions(arrival)
    check(found > len(turns) / 4, 'in order of arrival there would be inversions', found)
    summary = load_json(folder, 'turns.json')
    same([summary['late'], stream.lost], [0, 0], 'no record was late, none is lost')
    with open(f'{folder}/turns.lanes', encoding='ascii') as file:
        same(f'pingpong idle {len(turns)}\n' in file, True, 'clbench_load has counted the same')
    ties = sum(a[1] == b[1] for a, b in zip(turns, turns[1:]))
    print(f'{len(turns)} turns, {stream.packets_read} packets, {together:.2%} of neighbours share '
          f'one, {found} inversions by arrival, {ties} equal times, clock {used}, '
          f'{(turns[-1][1] - turns[0][1]) / max(1, len(turns) - 1):.0f} ns per turn')


if __name__ == '__main__':
    main(sys.argv[1])
