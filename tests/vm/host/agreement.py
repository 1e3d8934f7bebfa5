# SPDX-License-Identifier: GPL-2.0
"""show and babeltrace2 tell the same of a trace with every event.

usage: agreement.py FOLDER        with top_srcdir and top_builddir
"""
import os
import re
import subprocess
import sys

from recording import Stream, Violation, check, same


def main(folder):
    stream = Stream(f'{folder}/every', crc=True)
    try:
        for _ in stream.records():
            pass
    except Violation as violation:
        check(False, 'the trace is sound, each packet has its checksum', violation)
        return
    check(True, 'the trace is sound, each packet has its checksum')
    same([event.name for event in stream.events.values() if not stream.counts[event.id]], [],
         'every event of the metadata is in the trace')
    said = subprocess.run(
        [f'{os.environ["top_srcdir"]}/tests/agree.py', '--ctl',
         f'{os.environ["top_builddir"]}/clbench-ctl', f'{folder}/every'],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding='utf-8', check=False).stdout
    same(said.strip(), f'{sum(stream.counts.values())} records agree',
         'show --json and babeltrace2 tell the same of every record')
    warned = subprocess.run(['babeltrace2', f'{folder}/every'], stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, encoding='utf-8', check=False).stderr
    told = sum(map(int, re.findall(r'Tracer discarded (\d+) event', warned)))
    check(stream.lost > 0, 'there are losses', stream.lost)
    same(told, stream.lost, 'babeltrace2 tells them as discarded events')
    for event in stream.events.values():
        print(f'{stream.counts[event.id]:8} {event.name}')


if __name__ == '__main__':
    main(sys.argv[1])
