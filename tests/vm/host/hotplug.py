# SPDX-License-Identifier: GPL-2.0
"""Records of a CPU that was away for a while, or came late, are there or accounted for.

usage: hotplug.py FOLDER
"""
import sys

from conservation import phase
from recording import check, load_json


def main(folder):
    for name, what in (('hotplug', 'a CPU that goes and comes'), ('late', 'a CPU that comes later'),
                       ('away', 'a CPU that has gone')):
        lost = phase(folder, name)
        counts = load_json(folder, f'{name}.json')['total']['discarded']
        # Lists of interrupts begin small, and a burst may be over before they have grown.
        causes = {cause for cause, count in counts.items() if count} - {'full_refill'}
        check(lost is not None and lost < 0.3 and not causes,
              f'{name}: {what} loses nothing but what came before its lists had grown', lost, causes)


if __name__ == '__main__':
    main(sys.argv[1])
