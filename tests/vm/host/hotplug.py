# SPDX-License-Identifier: GPL-2.0
"""Records of a CPU that was away for a while, or came late, are there or accounted for.

usage: hotplug.py FOLDER
"""
import sys

from conservation import phase
from recording import same


def main(folder):
    for name, what in (('hotplug', 'nothing is lost when a CPU goes and comes'),
                       ('late', 'a CPU that comes later records'),
                       ('away', 'a CPU that has gone loses nothing')):
        same(phase(folder, name), 0.0, f'{name}: {what}')


if __name__ == '__main__':
    main(sys.argv[1])
