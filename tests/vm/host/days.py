# SPDX-License-Identifier: GPL-2.0
"""A trace in many chunks, whose daemon was disturbed all the time, is as good as any.

usage: days.py FOLDER
"""
import os
import random
import re
import subprocess
import sys
from collections import Counter

from recording import ALL, CONTEXTS, Stream, Violation, check, lanes, load_json, same, verify

from judge import MARK, TASK, chunks_of

EVENT = 'clbench_load_seq'
# So many packets' and records' text is read from babeltrace2 in half a minute.
WHOLE_MAX = 3_000_000
SAMPLES = 10


def read(path):
    """({(cpu, context): number of the last}, {chunk: records}, stream) of all chunks as one."""
    stream = Stream(path)
    event = stream.by_name[EVENT]
    unpack, found, known, chunk, runs = event.fixed.unpack_from, {}, set(), None, set()
    records = Counter()
    for _, ts, number, cpu, context, tid, payload in stream.records():
        if stream.chunk != chunk:
            chunk, known = stream.chunk, set()
        records[chunk] += 1
        if number == TASK:
            known.add((cpu, context, tid))
        elif number > MARK and (cpu, context, tid) not in known:
            raise Violation(f'chunk {chunk}: {cpu} {CONTEXTS[context]} at {ts}: '
                            f'nothing tells what task {tid} is')
        if number != event.id:
            continue
        count, word, run, of_cpu, of_context = unpack(payload)
        if count != found.get((cpu, context), 0) + 1:
            raise Violation(f'chunk {chunk}: {cpu} {CONTEXTS[context]} at {ts}: number {count} '
                            f'follows {found.get((cpu, context), 0)}')
        if (count ^ run << 32 ^ cpu << 16 ^ context << 8) * 0x9e3779b97f4a7c15 & ALL != word or \
                (of_cpu, of_context) != (cpu, context):
            raise Violation(f'chunk {chunk}: {cpu} {CONTEXTS[context]}: {count} is not intact')
        found[cpu, context] = count
        runs.add(run)
    if len(runs) != 1:
        raise Violation(f'records of the runs {runs}')
    return found, records, stream


def lines(path):
    """How many records babeltrace2 finds."""
    with subprocess.Popen(['babeltrace2', path], stdout=subprocess.PIPE) as reader:
        return sum(block.count(b'\n') for block in iter(lambda: reader.stdout.read(1 << 20), b''))


def by_babeltrace2(path, records):
    """Does it find as many records as there are, in all chunks or in some?"""
    if sum(records.values()) <= WHOLE_MAX:
        same(lines(path), sum(records.values()),
             'babeltrace2 finds as many records in all chunks')
        return
    chunks = random.sample(chunks_of(path), SAMPLES)
    same([lines(chunk) for _, chunk in chunks], [records[number] for number, _ in chunks],
         f'babeltrace2 finds as many records in {SAMPLES} chunks')


def clock(path):
    """When the clock of the metadata began, s."""
    with open(f'{path}/metadata', encoding='ascii') as file:
        return int(re.search(r'offset_s = (\d+)', file.read())[1])


def main(folder):
    path, made = f'{folder}/days', lanes(folder, 'days.lanes')
    total = sum(made.values())
    try:
        found, records, stream = read(path)
    except Violation as violation:
        check(False, 'no record is lost, and none is there twice', violation)
        return
    same(found, made, 'no record is lost, and none is there twice')
    same([stream.lost, stream.ended], [0, True], 'nothing is told lost, and there is an end')
    chunks = [number for number, _ in chunks_of(path)]
    check(chunks == list(range(1, len(chunks) + 1)) and len(chunks) > total * 17 / (2 << 20),
          'the chunks are numbered, and there are many', chunks)
    sizes = sorted(os.path.getsize(f'{chunk}/stream') for _, chunk in chunks_of(path))
    # What came while there was no daemon is in the chunk that was open.
    check(sizes[-1] < 10 << 20, 'no chunk is much larger than it may be', sizes)
    clocks = {clock(chunk) for _, chunk in chunks_of(path)}
    check(max(clocks) - min(clocks) <= 1, 'all chunks have the same clock', clocks)
    status, verdict = verify(path)
    same([status, verdict['verdict'], verdict['records'], verdict['last_chunk']],
         [0, 'complete', sum(n for i, n in stream.counts.items() if i > MARK), len(chunks)],
         'verify finds it complete, with as many records')
    by_babeltrace2(path, records)
    session, = load_json(folder, 'days.status')['sessions']
    same([session['events'][EVENT]['delivered'] + session['events'][EVENT]['pending'],
          sum(session['events'][EVENT]['discarded'].values())], [total, 0],
         'the kernel counted the same')
    print(f'{total} records in {len(chunks)} chunks of {sizes[0] >> 10} to {sizes[-1] >> 10} KiB')


if __name__ == '__main__':
    main(sys.argv[1])
