# SPDX-License-Identifier: GPL-2.0
"""A reader with a small buffer, and one that misses messages, have every record all the same.

usage: limits.py FOLDER
"""
import re
import sys

from conservation import read
from recording import Violation, check, lanes, same


def adopt(folder, name):
    """Metadata, of another recording of the same event."""
    with open(f'{folder}/like/metadata', encoding='ascii') as file:
        text = file.read()
    with open(f'{folder}/{name}/uuid', encoding='ascii') as file:
        uuid = file.read()
    with open(f'{folder}/{name}/metadata', 'w', encoding='ascii') as file:
        file.write(re.sub(r'uuid = "[-0-9a-f]+"', f'uuid = "{uuid}"', text))


def complete(folder, name):
    adopt(folder, name)
    try:
        found, stream = read(f'{folder}/{name}')
    except Violation as violation:
        check(False, f'{name}: the trace is sound', violation)
        return
    same({lane: (read_, lost) for lane, (_, read_, lost, _) in found.items()},
         {lane: (count, 0) for lane, count in lanes(folder, f'{name}.lanes').items()},
         f'{name}: every record is there')
    print(f'{name}: {sum(lane[1] for lane in found.values())} records, '
          f'{stream.packets_read} packets')


def main(folder):
    for name in 'narrow', 'alone', 'deaf':
        complete(folder, name)


if __name__ == '__main__':
    main(sys.argv[1])
