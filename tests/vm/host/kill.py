# SPDX-License-Identifier: GPL-2.0
"""A trace whose writer was killed again and again is as good as any other.

usage: kill.py FOLDER
"""
import sys

from conservation import phase
from recording import PATIENCE, check, same


def main(folder):
    same(phase(folder, 'kill'), 0.0, 'kill: nothing is lost')
    with open(f'{folder}/kills', encoding='ascii') as file:
        kills, retained, torn = map(int, file.read().split())
    # A slow machine is given less to produce: see guest/kill.sh.
    fifths = 4 if PATIENCE == 1 else 1
    check(retained >= kills * fifths // 5,
          f'kill: {fifths} of five times batches were retained', retained)
    check(torn >= kills // 10, 'kill: one of ten times a packet was torn', torn)


if __name__ == '__main__':
    main(sys.argv[1])
