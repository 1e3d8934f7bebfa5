#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Reads pages of a file in an order that SEED decides: past the page cache, then through it.

usage: reads.py FILE SEED
"""
import mmap
import os
import sys

PAGE = 4096
FILE_PAGES = 4096
NR = 64


def pages(seed):
    """The pages that are read, none of them twice."""
    import random
    return random.Random(seed).sample(range(FILE_PAGES), NR)


def read(path, flags, cpu, order):
    buffer = mmap.mmap(-1, PAGE)
    os.sched_setaffinity(0, {cpu})
    fd = os.open(path, os.O_RDONLY | flags)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_RANDOM)
    for page in order:
        if os.preadv(fd, [buffer], page * PAGE) != PAGE:
            sys.exit(f'reads.py: {path} is too short')
    os.close(fd)


def main(path, seed):
    order = pages(int(seed))
    read(path, os.O_DIRECT, 0, order)
    read(path, 0, 1, order)


if __name__ == '__main__':
    main(*sys.argv[1:])
