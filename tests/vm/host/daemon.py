# SPDX-License-Identifier: GPL-2.0
"""Traces that the daemon wrote: whole ones, and what it was told to change.

usage: daemon.py FOLDER
"""
import os
import sys

from conservation import read
from recording import Stream, Violation, check, lanes, same, verify

MARK = 'clbench_mark'


def whole(folder, name):
    """A trace is complete as verify and the judge read it."""
    path = f'{folder}/whole/{name}'
    try:
        stream = Stream(path)
        for _ in stream.records():
            pass
        same([stream.lost, stream.ended], [0, True], f'{name}: nothing is lost, and it has an end')
    except Violation as violation:
        check(False, f'{name}: nothing is lost, and it has an end', violation)
    status, verdict = verify(path)
    same([status, verdict['verdict']], [0, 'complete'], f'{name}: verify says the same')


def change(path):
    """What was added is there from its mark on, what was removed up to it."""
    stream, order = Stream(path), []
    for _, _, number, *_, payload in stream.records():
        name = stream.events[number].name
        if name == MARK:
            name = stream.events[number].values(payload)['text'].decode()
        if name.startswith(('clbench_load', 'clbench: ')):
            if order and order[-1][0] == name:
                order[-1][1] += 1
            else:
                order.append([name, 1])
    same([name for name, _ in order][:7],
         ['clbench_load_seq', 'clbench: set +clbench_load_types', 'clbench_load_types',
          'clbench_load_seq', 'clbench: set -clbench_load_seq', 'clbench_load_types'],
         'change: marks tell what was added and removed, and when')
    same([count for _, count in order], [1000, 1, 1000, 500, 1, 1000],
         'change: there are exactly the records of the time between')


def main(folder):
    names = sorted(os.listdir(f'{folder}/whole'))
    check(len(names) >= 12, 'there are many whole traces', names)
    for name in names:
        whole(folder, name)
    change(f'{folder}/whole/change')
    try:
        found, stream = read(f'{folder}/whole/hostile')
        same([{lane: last for lane, (last, *_) in found.items()}, stream.lost],
             [lanes(folder, 'hostile.lanes'), 0], 'hostile: every number is there')
    except Violation as violation:
        check(False, 'hostile: every number is there', violation)


if __name__ == '__main__':
    main(sys.argv[1])
