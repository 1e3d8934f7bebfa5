# SPDX-License-Identifier: GPL-2.0
"""A recording whose threads got no memory now and then: nothing is lost unaccounted.

usage: failures.py FOLDER
"""
import sys

from conservation import phase
from recording import check


def main(folder):
    lost = phase(folder, 'fail')
    check(lost is not None and lost < 0.9, 'fail: and most of it is there', lost)


if __name__ == '__main__':
    main(sys.argv[1])
