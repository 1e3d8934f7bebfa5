#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Prints tables of the demo's trace, and whether it tells what is known to have happened.

usage: report.py --ctl CLBENCH_CTL --facts DIR --seed N --name NAME --size N TRACE

Everything about the trace comes from clbench-ctl show and babeltrace2, the rest
from DIR, where the guest left it.  Exit status: 0 all is right, 1 not, 2 usage.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import textwrap
from collections import Counter, defaultdict

from reads import PAGE, pages

SECTOR = 512
PAGE_SECTORS = PAGE // SECTOR
WIDTH = 100
ROWS = 10


def title(text):
    print(f'== {text}')


def table(head, rows):
    """Numbers to the right, text to the left."""
    rows = [head] + [[str(cell) for cell in row] for row in rows]
    width = [max(len(row[i]) for row in rows) for i in range(len(head))]
    number = [all(re.fullmatch(r'[\d.]+|-', row[i]) for row in rows[1:])
              for i in range(len(head))]
    for row in rows:
        cells = [cell.rjust(w) if n else cell.ljust(w)
                 for cell, w, n in zip(row, width, number)]
        print('  '.join(cells).rstrip()[:WIDTH])


def words(path):
    with open(path, errors='surrogateescape') as file:
        return [line.rstrip('\n').split(' ', 2) for line in file]


class Facts:
    """What the guest and the caller know."""

    def __init__(self, options):
        folder = options.facts
        self.seed, self.name, self.size = options.seed, options.name, options.size
        with open(f'{folder}/summary.json') as file:
            self.summary = json.load(file)
        self.devices = dict(words(f'{folder}/devices'))
        self.paths = {}
        for device, inode, path in words(f'{folder}/names'):
            device = int(device)
            self.paths[f'{os.major(device)}:{os.minor(device)}', int(inode)] = path
        self.written = self.key(f'/mnt/tree/{self.name}')
        self.read = self.key('/mnt/data/file')
        self.written_sectors = self.extents(f'{folder}/extents.written')
        self.read_sectors = self.extents(f'{folder}/extents.read')

    def key(self, path):
        """Device and inode of a file."""
        return next(key for key, known in self.paths.items() if known == path)

    @staticmethod
    def extents(path):
        """[(first sector in the file, first sector on the disk, number)]"""
        with open(path) as file:
            found = re.findall(r'^ *\d+: +(\d+)\.\. *\d+: +(\d+)\.\. *\d+: +(\d+):',
                               file.read(), re.M)
        return [tuple(map(int, numbers)) for numbers in found]

    def device(self, dev):
        return self.devices.get(dev, dev)

    def path(self, dev, ino):
        """What people call an inode."""
        # The cache of a disk itself is an inode whose number is the kernel's dev_t.
        disk = self.devices.get(f'{ino >> 20}:{ino & 0xfffff}')
        if dev.startswith('0:') and disk:
            return f'{disk} itself (what ext4 keeps beside the files)'
        return self.paths.get((dev, ino), 'not on the disks (a program or library)')


def on_disk(extents, page):
    """Where a page of the file starts on the disk."""
    at = page * PAGE_SECTORS
    return next(disk + at - start for start, disk, nr in extents if start <= at < start + nr)


def inside(extents, sector):
    return any(disk <= sector < disk + nr for _, disk, nr in extents)


def read_trace(options):
    """All records, each with the line of text that show prints for it."""
    show = [options.ctl, 'show', options.trace]
    with subprocess.Popen(show + ['--json'], stdout=subprocess.PIPE) as objects, \
            subprocess.Popen(show + ['--time', 'rel'], stdout=subprocess.PIPE,
                             text=True, errors='replace') as lines:
        records = [json.loads(line) for line in objects.stdout]
        texts = lines.stdout.read().splitlines()
    if objects.returncode or lines.returncode or len(texts) != len(records):
        sys.exit('report.py: clbench-ctl show failed')
    for record, text in zip(records, texts):
        record['text'] = text
    return records


def of(records, event, **fields):
    return [record for record in records if record['event'] == event and
            all(record['fields'][name] == value for name, value in fields.items())]


def between(records, first, last):
    """The records between two marks, those included."""
    at = {record['fields']['text']: i for i, record in enumerate(records)
          if record['event'] == 'clbench_mark'}
    if first not in at or last not in at:
        sys.exit(f'report.py: no mark "{first}" or no mark "{last}" in the trace')
    return records[at[first]:at[last] + 1]


def print_lines(records, most):
    """At most so many, those in the middle left out."""
    half = most // 2
    for i, record in enumerate(records):
        if len(records) <= most or i < half or i >= len(records) - half:
            print(textwrap.fill(record['text'], WIDTH, subsequent_indent='    ',
                                break_on_hyphens=False))
        elif i == half:
            print(f'    ... {len(records) - 2 * half} more ...')


def print_files(records, facts):
    misses = Counter()
    missed_pages = Counter()
    for record in of(records, 'pagecache_miss'):
        key = record['fields']['dev'], record['fields']['ino']
        misses[key] += 1
        missed_pages[key] += record['fields']['nr_pages']
    title(f'files by page cache misses: {misses.total()} misses, {len(misses)} inodes')
    rows = sorted(misses, key=lambda key: (-misses[key], -missed_pages[key], key))[:ROWS]
    table(['MISSES', 'PAGES', 'DEVICE', 'INODE', 'FILE'],
          [(misses[key], missed_pages[key], facts.device(key[0]), key[1], facts.path(*key))
           for key in rows])


def print_devices(records, facts):
    title('devices by requests')
    queued = defaultdict(Counter)
    issued = {}
    took = defaultdict(list)
    for record in records:
        fields = record['fields']
        if record['event'] == 'block_bio_queue':
            counter = queued[fields['dev']]
            counter['requests'] += 1
            counter['written' if 'W' in fields['rwbs'] else 'read'] += fields['nr_sector']
        elif record['event'] == 'block_rq_issue':
            issued[fields['dev'], fields['sector']] = record['ts_ns']
        elif record['event'] == 'block_rq_complete':
            start = issued.pop((fields['dev'], fields['sector']), None)
            if start is not None:
                took[fields['dev']].append((record['ts_ns'] - start) / 1000)
    table(['DEVICE', 'QUEUED', 'READ_KIB', 'WRITTEN_KIB', 'COMPLETED', 'MEDIAN_US', 'MAX_US'],
          [(f'{dev} {facts.device(dev)}', counter['requests'], counter['read'] // 2,
            counter['written'] // 2, len(took[dev]), f'{statistics.median(took[dev]):.0f}',
            f'{max(took[dev]):.0f}')
           for dev, counter in sorted(queued.items(), key=lambda item: -item[1]['requests'])])


def print_tasks(records, facts):
    title('tasks by requests')
    tasks = defaultdict(Counter)
    for record in of(records, 'block_bio_queue'):
        counter = tasks[f'{record["comm"]}-{record["tgid"]}']
        counter['requests'] += 1
        counter[record['fields']['rwbs'][:1]] += record['fields']['nr_sector']
        counter[facts.device(record['fields']['dev'])] += 1
    names = sorted(facts.devices.values())
    table(['TASK', 'REQUESTS', 'READ_KIB', 'WRITTEN_KIB'] + [f'ON_{name}' for name in names],
          [(task, counter['requests'], counter['R'] // 2, counter['W'] // 2,
            *(counter[name] for name in names))
           for task, counter in sorted(tasks.items(),
                                       key=lambda item: -item[1]['requests'])[:ROWS]])


def print_migrations(records):
    migrations = of(records, 'sched_migrate_task')
    title(f'migrations by reason: {len(migrations)}')
    names = {record['tid']: record['comm'] for record in records if record['comm']}
    reasons = defaultdict(list)
    for record in migrations:
        reasons[record['fields']['reason']].append(record)
    rows = []
    for reason, group in sorted(reasons.items(), key=lambda item: -len(item[1])):
        most, nr = Counter(record['fields']['tid'] for record in group).most_common(1)[0]
        to = Counter(record['fields']['dest_cpu'] for record in group)
        rows.append((reason, len(group), to[0], to[1],
                     f'{nr} of {names.get(most, "?")}-{most}'))
    table(['REASON', 'MIGRATIONS', 'TO_CPU_0', 'TO_CPU_1', 'MOST'], rows)


def print_first_miss(records, facts):
    """What happens from the first miss on the disk until the disk has answered."""
    disk = facts.written[0]
    on_it = [(i, record['event']) for i, record in enumerate(records)
             if record['fields'].get('dev') == disk]
    start = next(i for i, event in on_it if event == 'pagecache_miss')
    end = next(i for i, event in on_it if event == 'block_rq_complete' and i > start)
    title('from the first miss to its data: ' + facts.path(disk, records[start]['fields']['ino']))
    print_lines(records[start:end + 1], 20)


class Verdict:
    """What must be in the trace, and whether it is."""

    def __init__(self):
        self.wrong = 0

    def say(self, right, text):
        self.wrong += not right
        print(f'{"yes" if right else " NO"}  {text}')


def find_written(records, facts):
    """The records of the file that was written: all between its two marks."""
    dev, ino = facts.written
    part = between(records, f'write {facts.name}', f'{facts.name} is on the disk')

    def belongs(record):
        fields = record['fields']
        if record['event'].startswith('block_'):
            return fields['dev'] == dev and inside(facts.written_sectors, fields['sector'])
        if record['event'].startswith('pagecache_'):
            return (fields['dev'], fields['ino']) == (dev, ino)
        return record['event'] == 'clbench_mark'

    return [record for record in part if belongs(record)]


def covered(ranges):
    """The numbers in ranges of (first, number), in order; twice if there twice."""
    return sorted(i for first, nr in ranges for i in range(first, first + nr))


def check_written(verdict, records, facts):
    nr_pages = -(-facts.size // PAGE)
    mine = find_written(records, facts)
    title(f'the records of {facts.name}: {facts.size} bytes, device {facts.written[0]}, '
          f'inode {facts.written[1]}')
    print_lines(mine, 12)
    added = covered((record['fields']['offset'] // PAGE, record['fields']['nr_pages'])
                    for record in of(mine, 'pagecache_add'))
    verdict.say(added == list(range(nr_pages)) and
                len(of(records, 'pagecache_add', dev=facts.written[0],
                       ino=facts.written[1])) == len(of(mine, 'pagecache_add')),
                f'its {nr_pages} pages entered the page cache between the two marks, each once')
    written = of(mine, 'block_bio_queue')
    wanted = covered((disk, nr) for _, disk, nr in facts.written_sectors)
    nr_sector = nr_pages * PAGE_SECTORS
    queued = covered((record['fields']['sector'], record['fields']['nr_sector'])
                     for record in written)
    verdict.say(queued == wanted and len(queued) == nr_sector,
                f'its {nr_sector} sectors were written where filefrag finds the file '
                f'(requests: {len(written)})')


def check_reads(verdict, records, facts):
    order = pages(facts.seed)
    title(f'the random reads of /mnt/data/file, inode {facts.read[1]}, by seed {facts.seed}')
    part = between(records, f'read, seed {facts.seed}', 'done')
    direct = [record for record in of(part, 'block_bio_queue', dev=facts.read[0])
              if record['cpu'] == 0 and inside(facts.read_sectors, record['fields']['sector'])]
    missed = of(part, 'pagecache_miss', dev=facts.read[0], ino=facts.read[1])
    print('pages by the seed:     ', *order[:10], '...')
    print('sectors read directly: ', *(r['fields']['sector'] for r in direct[:7]), '...')
    print('offsets missed:        ', *(r['fields']['offset'] for r in missed[:7]), '...')
    verdict.say([record['fields']['sector'] for record in direct] ==
                [on_disk(facts.read_sectors, page) for page in order],
                f'{len(order)} direct reads on CPU 0, from these sectors, in this order')
    verdict.say([(record['fields']['offset'], record['cpu']) for record in missed] ==
                [(page * PAGE, 1) for page in order],
                f'{len(order)} page cache misses on CPU 1, at these offsets, in this order')


def check_whole(verdict, records, facts, trace):
    title('the whole trace')
    total = facts.summary['total']
    verdict.say(facts.summary['complete'] and records[-1]['event'] == 'clbench_end',
                f'complete: {total["attempted"]} records, none discarded')
    shown = Counter(record['event'] for record in records)
    verdict.say(all(shown[name] == counts['delivered']
                    for name, counts in facts.summary['events'].items()),
                'show prints as many of each event as the kernel counted')
    times = [record['ts_ns'] for record in records]
    verdict.say(times == sorted(times), 'all stand in order of occurrence')
    babeltrace = subprocess.run(['babeltrace2', trace], stdout=subprocess.PIPE, check=False)
    verdict.say(babeltrace.returncode == 0 and babeltrace.stdout.count(b'\n') == len(records),
                f'babeltrace2 reads {len(records)} records, as show does')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--ctl', required=True)
    parser.add_argument('--facts', required=True)
    parser.add_argument('--seed', required=True, type=int)
    parser.add_argument('--name', required=True)
    parser.add_argument('--size', required=True, type=int)
    parser.add_argument('trace')
    options = parser.parse_args()
    facts = Facts(options)
    records = read_trace(options)
    verdict = Verdict()
    print_first_miss(records, facts)
    print_files(records, facts)
    print_devices(records, facts)
    print_tasks(records, facts)
    print_migrations(records)
    check_written(verdict, records, facts)
    check_reads(verdict, records, facts)
    check_whole(verdict, records, facts, options.trace)
    return min(verdict.wrong, 1)


if __name__ == '__main__':
    sys.exit(main())
