# SPDX-License-Identifier: GPL-2.0
"""A recording beside which the worst was asked of the module is complete.

usage: hostile.py FOLDER
"""
import sys

from conservation import phase
from recording import same


def main(folder):
    same(phase(folder, 'hostile'), 0.0, 'hostile: nothing is lost')


if __name__ == '__main__':
    main(sys.argv[1])
