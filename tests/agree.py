#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Compares clbench-ctl show --json with babeltrace2, record by record.

usage: agree.py [--ctl CLBENCH_CTL] DIR

Time (in cycles of the trace's clock), event, CPU, context, thread and all
fields must be the same; the wall clock and the task's name are worked out anew
from what babeltrace2 tells.  Exit status: 0 the same, 1 not, 2 usage.
"""
import argparse
import datetime
import functools
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile

STRING = r'"(?:[^"\\]|\\.)*"'
FIELD = re.compile(rf'(\w+) = (?:(-?\d+)|({STRING})'
                   rf'|\( (?:({STRING})|<unknown>) : container = (-?\d+) \))[, ]')
LINE = re.compile(r'\[(\d+)\] kernel (\w+): \{ ([^}]*)\}, \{ ([^}]*)\}, \{ (.*)\}\n')
# The first packet of a later chunk tells losses of those before it: "may have".
LOSS = re.compile(r'WARNING: Tracer (discarded \d{1,18} events?|may have discarded events) ')
ESCAPE = re.compile(r'\\(x[0-9a-f]{2}|.)')
LETTERS = {'a': 7, 'b': 8, 'e': 27, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11}
# Code points that show prints as \xNN.
NOT_SHOWN = [(0, 0x1f), (0x7f, 0x9f), (0x200b, 0x200f), (0x2028, 0x202e), (0x2060, 0x206f),
             (0xe000, 0xf8ff), (0xfdd0, 0xfdef), (0xfeff, 0xfeff), (0xfff0, 0xfffc),
             (0xf0000, 0x10ffff)]
OWN = {'clbench_begin', 'clbench_end', 'clbench_discarded', 'clbench_total'}
EPOCH = datetime.datetime(1970, 1, 1)


def bytes_of(quoted):
    """The bytes that babeltrace2 put into quotes; the text is read as Latin-1."""
    def plain(match):
        text = match[1]
        return chr(int(text[1:], 16) if len(text) == 3 else LETTERS.get(text, ord(text)))
    return ESCAPE.sub(plain, quoted[1:-1]).encode('latin-1')


def shown(data):
    """As show writes bytes."""
    out = ''
    for char in data.decode('utf-8', 'surrogateescape'):
        code = ord(char)
        hidden = any(first <= code <= last for first, last in NOT_SHOWN) or code & 0xfffe == 0xfffe
        if 0xdc80 <= code <= 0xdcff or hidden:
            out += ''.join(f'\\x{byte:02x}' for byte in char.encode('utf-8', 'surrogateescape'))
        else:
            out += char
    return out


@functools.lru_cache(maxsize=4096)
def fields_of(text):
    """{name: value} of a structure; an enumeration is its label, else its number."""
    fields = {}
    for name, number, string, label, container in FIELD.findall(text):
        if number:
            fields[name] = int(number)
        elif string:
            fields[name] = bytes_of(string)
        else:
            fields[name] = bytes_of(label) if label else int(container)
    return fields


def same(ours, theirs):
    if isinstance(theirs, bytes):
        return ours == shown(theirs)
    if isinstance(ours, str):
        device = re.fullmatch(r'(\d+):(\d+)', ours)
        return device and int(device[1]) << 20 | int(device[2]) == theirs
    return ours == theirs


def wall_clock(nanoseconds):
    seconds, rest = divmod(nanoseconds, 10**9)
    return f'{(EPOCH + datetime.timedelta(seconds=seconds)).isoformat()}.{rest:09}Z'


class Tasks:
    """Holds the definitions of tasks of a chunk, per CPU, context and thread."""

    def __init__(self):
        self.known = {}

    def find(self, name, where, fields):
        cpu, context, tid = where
        if name == 'clbench_begin':
            self.known = {}
        if name == 'clbench_task':
            comm = shown(fields['comm'])
            self.known[cpu, context, fields['tid']] = fields['tgid'], comm
        if name in OWN:
            return None, None
        return self.known.get((cpu, context, tid), (None, None))


def differences(line, text, tasks):
    """What differs between a line of show and one of babeltrace2."""
    match = LINE.fullmatch(text)
    if not match:
        return [f'not understood: {text!r}']
    ours, name = json.loads(line), match[2]
    packet, context, fields = (fields_of(part) for part in match.groups()[2:])
    kind = context['context']
    where = context['cpu_id'], kind if isinstance(kind, int) else kind.decode(), context['tid']
    ts = int(match[1])
    wall = packet['realtime_ns'] + ts - packet['raw_ns']
    tgid, comm = tasks.find(name, where, fields)
    wanted = {'ts_ns': ts, 'time': wall_clock(wall), 'cpu': where[0], 'context': where[1],
              'tid': where[2], 'tgid': tgid, 'comm': comm, 'event': name}
    found = [f'{key}: {ours.get(key)!r}, wanted {value!r}' for key, value in wanted.items()
             if ours.get(key, 'nothing') != value]
    if list(ours['fields']) != list(fields):
        return found + [f'fields {list(ours["fields"])}, wanted {list(fields)}']
    return found + [f'{key}: {ours["fields"][key]!r}, wanted {value!r}'
                    for key, value in fields.items() if not same(ours['fields'][key], value)]


def compare(show, babeltrace):
    """The number of records that agree, and what is wrong with the next one."""
    tasks = Tasks()
    number = 0
    for line, text in itertools.zip_longest(show, babeltrace):
        if line is None or text is None:
            return number, [f'only {"babeltrace2" if line is None else "show"} has it: '
                            f'{line or text!r}']
        found = differences(line, text, tasks)
        if found:
            return number, found
        number += 1
    return number, []


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('dir')
    parser.add_argument('--ctl', default='clbench-ctl', help='the clbench-ctl to test')
    args = parser.parse_args()
    babeltrace = ['babeltrace2', '--clock-cycles', '--no-delta', '--fields=trace:domain',
                  '--names=payload,context', args.dir]
    with tempfile.TemporaryFile('w+') as talk, \
            subprocess.Popen([args.ctl, 'show', '--json', args.dir], stdout=subprocess.PIPE,
                             encoding='utf-8') as ours, \
            subprocess.Popen(babeltrace, stdout=subprocess.PIPE, stderr=talk, encoding='latin-1',
                             env=dict(os.environ, LC_ALL='C')) as theirs:
        number, found = compare(ours.stdout, theirs.stdout)
        ours.stdout.close()
        theirs.stdout.close()
        status = ours.wait() or theirs.wait()
        talk.seek(0)
        said = [text for text in talk if not LOSS.match(text)]
    for text in found:
        print(f'record {number + 1}: {text}')
    if found:
        return 1
    if status or said:
        print(f'after {number} records: status {status}', *said)
        return 1
    print(f'{number} records agree')
    return 0


if __name__ == '__main__':
    sys.exit(main())
