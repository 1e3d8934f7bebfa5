#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Reads a file in known ways, and judges whether a trace tells just that.

usage: truth.py make FILE                       a file in several extents
       truth.py read CTL SESSION FILE PLAN      reads, with a mark before each way
       truth.py judge TRACE PLAN

The reader goes from CPU to CPU while it reads: what it did in order has to
come out in order.
"""
import json
import mmap
import os
import random
import subprocess
import sys

from check import check, same
from extents import extents, sectors

from judge import Stream

PAGE = 4096
PAGES = 1024
DIRECT = 200


def make(path):
    """Two files that grow in turn lie in each other's way."""
    with open(path, 'wb', buffering=0) as file, open(path + '.other', 'wb', buffering=0) as other:
        for _ in range(PAGES // 64):
            for out in file, other:
                out.write(os.urandom(64 * PAGE))
                os.fsync(out.fileno())


def hop(number):
    os.sched_setaffinity(0, {number // 16 % 2})


def drop(fd):
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)


class Reader:
    def __init__(self, ctl, session, path):
        self.ctl, self.session, self.path = ctl, session, path
        self.random = random.Random(path)

    def mark(self, text):
        subprocess.run([self.ctl, 'mark', '-s', self.session, text], check=True)

    def buffered(self, order, advice):
        fd = os.open(self.path, os.O_RDONLY)
        os.posix_fadvise(fd, 0, 0, advice)
        for number, page in enumerate(order):
            hop(number)
            if len(os.pread(fd, PAGE, page * PAGE)) != PAGE:
                sys.exit('short read')
        os.close(fd)

    def direct(self, ranges):
        buffer = mmap.mmap(-1, 8 * PAGE)
        fd = os.open(self.path, os.O_RDONLY | os.O_DIRECT)
        for number, (offset, length) in enumerate(ranges):
            hop(number)
            if os.preadv(fd, [memoryview(buffer)[:length]], offset) != length:
                sys.exit('short read')
        os.close(fd)

    def run(self):
        """Reads, and tells what was read."""
        order = self.random.sample(range(PAGES), PAGES)
        fd = os.open(self.path, os.O_RDONLY)
        layout = extents(fd)
        ranges = [(page * PAGE, self.random.randint(1, 8) * PAGE)
                  for page in self.random.sample(range(PAGES - 8), DIRECT)]
        drop(fd)
        self.mark('random')
        self.buffered(order, os.POSIX_FADV_RANDOM)
        self.mark('again')
        self.buffered(order, os.POSIX_FADV_RANDOM)
        drop(fd)
        self.mark('sequential')
        self.buffered(range(PAGES), os.POSIX_FADV_NORMAL)
        drop(fd)
        self.mark('direct')
        self.direct(ranges)
        self.mark('end')
        stat = os.fstat(fd)
        return {'dev': os.major(stat.st_dev) << 20 | os.minor(stat.st_dev), 'ino': stat.st_ino,
                'tid': os.getpid(), 'random': [page * PAGE for page in order],
                'extents': len(layout),
                'direct': [part for where in ranges for part in sectors(layout, *where)]}


class Found:
    """What the trace tells, by the mark before it."""

    def __init__(self, path, plan):
        phase = 'before'
        self.misses, self.bios, self.pages, self.cpus = {}, {}, set(), set()
        stream = Stream(path, crc=True)
        names = {number: event.name for number, event in stream.events.items()}
        for _, _, number, cpu, context, tid, payload in stream.records():
            name = names[number]
            values = stream.events[number].values(payload)
            if name == 'clbench_mark':
                phase = values['text'].decode()
            elif name == 'pagecache_miss' and (
                    values['dev'], values['ino']) == (plan['dev'], plan['ino']):
                self.misses.setdefault(phase, []).append(values['offset'])
                self.pages.add(values['nr_pages'] if phase == 'random' else 1)
                self.cpus.add((cpu, context, tid))
            elif name == 'block_bio_queue' and (
                    values['dev'], tid) == (plan['dev'], plan['tid']):
                self.bios.setdefault(phase, []).append(
                    ([values['sector'], values['nr_sector']], values['rwbs'].rstrip(b'\0')))
        self.counts = {names[number]: count for number, count in stream.counts.items()}


def judge(path, plan):
    found = Found(path, plan)
    tid = plan['tid']
    direct = found.bios.get('direct', [])
    check(plan['extents'] > 1, 'the file lies in several extents', plan['extents'])
    same(found.misses.get('random', []), plan['random'],
         'a random read of a cold file misses exactly its pages, in that order')
    same(found.pages, {1}, 'each of these misses is of one page')
    same(found.cpus, {(0, 0, tid), (1, 0, tid)},
         'the misses are told of the task that read, on the CPUs where it did')
    same(found.misses.get('again', []), [], 'a second read misses nothing')
    misses = found.misses.get('sequential', [])
    check(misses[:1] == [0] and len(misses) < PAGES // 2,
          'a sequential read misses less often than there are pages', len(misses), misses[:3])
    same([where for where, _ in direct], plan['direct'],
         'direct reads queue exactly their sectors, in that order')
    check(direct and all(rwbs[:1] == b'R' for _, rwbs in direct),
          'direct reads are told as reads', sorted({rwbs for _, rwbs in direct}))
    same(found.misses.get('direct', []), [], 'direct reads miss no page')
    same(found.counts.get('clbench_discarded', 0), 0, 'nothing was lost in between')
    same(found.counts.get('clbench_end', 0), 1, 'the trace has its end')


def main(what, *args):
    if what == 'make':
        make(*args)
    elif what == 'read':
        *where, plan = args
        with open(plan, 'w', encoding='ascii') as file:
            json.dump(Reader(*where).run(), file)
    else:
        with open(args[1], encoding='ascii') as file:
            judge(args[0], json.load(file))


if __name__ == '__main__':
    main(*sys.argv[1:])
