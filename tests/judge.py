#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Reads the stream of a trace and judges it; shares nothing with the C code.

    stream = Stream(DIR)
    for seq, ts, event, cpu, context, tid, payload in stream.records(): ...
    for ts, cpu, context, tid, number, ... in stream.fixed('clbench_load_seq'): ...

Either way the whole stream is read and checked. The first violation raises
Violation. Afterwards stream.counts, .packets, .lost and .losses hold.
"""
import os
import re
import struct
import sys
from collections import Counter

HEADER = struct.Struct('<I16sQQQQQQQQI')
RECORD = struct.Struct('<IHBI')		# compact event header and event context
EXTENDED = struct.Struct('<xIQHBI')	# the same with the extended header
MASK = (1 << 27) - 1
CODES = {'uint8_t': 'B', 'uint16_t': 'H', 'uint32_t': 'I', 'uint64_t': 'Q',
         'int8_t': 'b', 'int16_t': 'h', 'int32_t': 'i', 'int64_t': 'q'}
BEGIN, END, DISCARDED, TASK, TOTAL, MARK = range(6)


class Violation(Exception):
    """The trace breaks a promise."""


class Event:
    """An event of the metadata: its fixed fields as a struct, then strings."""

    def __init__(self, name, number, body):
        self.name, self.id, self.fields, code, self.strings = name, int(number), [], '', 0
        for kind, field, size in re.findall(
                r'^\t\t(?:enum : )?(\w+)(?: \{.*\})? _(\w+)(?:\[(\d+)\])?;', body, re.M):
            self.fields.append(field)
            self.strings += kind == 'string'
            code += '' if kind == 'string' else f'{size}s' if size else CODES[kind]
        self.fixed = struct.Struct('<' + code)
        self.whole = struct.Struct(RECORD.format + code)

    def end(self, data, at):
        at += self.fixed.size
        for _ in range(self.strings):
            at = data.index(0, at) + 1
        return at

    def values(self, payload):
        """All fields of a record by name."""
        values = list(self.fixed.unpack_from(payload))
        values += payload[self.fixed.size:].split(b'\0')[:self.strings]
        return dict(zip(self.fields, values))


def crc32c(data, table=[]):
    if not table:
        for byte in range(256):
            for _ in range(8):
                byte = byte >> 1 ^ (0x82f63b78 if byte & 1 else 0)
            table.append(byte)
    crc = 0xffffffff
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 255]
    return crc ^ 0xffffffff


class Stream:
    def __init__(self, path, crc=False):
        with open(os.path.join(path, 'metadata'), encoding='ascii') as file:
            text = file.read()
        self.uuid = bytes.fromhex(re.search(r'uuid = "([-0-9a-f]+)"', text)[1].replace('-', ''))
        self.events = {e.id: e for e in (Event(*match) for match in re.findall(
            r'^event \{\n\tname = "(.*)";\n\tid = (\d+);\n\tfields := struct \{\n((?s:.*?))^\t\};',
            text, re.M))}
        self.by_name = {e.name: e for e in self.events.values()}
        self.path, self.crc = os.path.join(path, 'stream'), crc

    def packets(self):
        """Yields (seq, begin, end, content) and checks all but the records."""
        self.counts, self.lost, self.losses, self.packets_read = Counter(), 0, [], 0
        last_end = last_lost = at = 0
        size = os.path.getsize(self.path)
        with open(self.path, 'rb') as file:
            while at < size:
                head = file.read(HEADER.size)
                where = f'packet {self.packets_read + 1} at byte {at}'
                if len(head) < HEADER.size:
                    raise Violation(f'{where}: cut off')
                (magic, uuid, begin, end, content, whole, seq, lost, _, _, crc
                 ) = HEADER.unpack(head)
                for sound, what in (
                        (magic == 0xc1fc1fc1, 'magic'), (uuid == self.uuid, 'uuid'),
                        (seq == self.packets_read + 1, f'number {seq}'),
                        (not whole % 8 and not content % 8, 'bits'),
                        (HEADER.size <= content // 8 <= whole // 8 <= size - at, 'size'),
                        (last_end <= begin <= end, 'times'), (last_lost <= lost, 'lost')):
                    if not sound:
                        raise Violation(f'{where}: {what}')
                data = file.read(whole // 8 - HEADER.size)[:content // 8 - HEADER.size]
                if self.crc and crc32c(head[:-4] + bytes(4) + data) != crc:
                    raise Violation(f'{where}: crc32c')
                self.packets_read += 1
                last_end, last_lost, at = end, lost, at + whole // 8
                yield seq, begin, end, data
        if self.lost != last_lost:
            raise Violation(f'{self.lost} records told lost one by one, {last_lost} in sum')

    def one(self, data, at, last, seq):
        """Any record at @at: (ts, id, cpu, context, tid, start of payload, end)."""
        try:
            word, cpu, context, tid = RECORD.unpack_from(data, at)
            number = word & 31
            if number == 31:
                number, ts, cpu, context, tid = EXTENDED.unpack_from(data, at)
                start = at + EXTENDED.size
            else:
                ts, start = last + ((word >> 5) - last & MASK), at + RECORD.size
            end = self.events[number].end(data, start)
        except (struct.error, ValueError, KeyError) as error:
            raise Violation(f'packet {seq}: record at byte {at}: {error!r}') from error
        if end > len(data) or ts < last:
            raise Violation(f'packet {seq}: record at byte {at}: size or time {last} -> {ts}')
        return ts, number, cpu, context, tid, start, end

    def special(self, number, cpu, context, payload):
        """What losses, totals and the end promise."""
        values = self.events[number].values(payload)
        if number == DISCARDED:
            self.lost += values['count']
            self.losses.append((cpu, context, values))
        elif number == TOTAL and values['delivered'] != self.counts[values['event_id']]:
            raise Violation(f'{values} but {self.counts[values["event_id"]]} are there')
        elif number == END and (values['discarded'] != self.lost or values['late'] or values[
                'delivered'] != sum(n for i, n in self.counts.items() if i > MARK)):
            raise Violation(f'clbench_end says {values}, lost are {self.lost}')

    def walk(self, event=None):
        """All records, or those of one event; runs of the latter are unpacked in one go."""
        compact = event.id if event and MARK < event.id < 31 and not event.strings else -1
        for seq, begin, end, data in self.packets():
            at, last, first, size, view = 0, begin, None, len(data), memoryview(data)
            while at < size:
                start = at
                if data[at] & 31 == compact:
                    whole = event.whole
                    for word, cpu, context, tid, *values in whole.iter_unpack(
                            view[at:size - (size - at) % whole.size]):
                        if word & 31 != compact:
                            break
                        last += (word >> 5) - last & MASK
                        if first is None:
                            first = last
                        at += whole.size
                        yield last, cpu, context, tid, *values
                    self.counts[compact] += (at - start) // whole.size
                    if at > start:
                        continue
                last, number, cpu, context, tid, start, at = self.one(data, at, last, seq)
                if first is None:
                    first = last
                self.counts[number] += 1
                if number <= MARK:
                    self.special(number, cpu, context, data[start:at])
                if not event:
                    yield seq, last, number, cpu, context, tid, data[start:at]
                elif number == event.id:
                    yield last, cpu, context, tid, *event.fixed.unpack_from(data, start)
            if first is not None and not begin == first <= last <= end:
                raise Violation(f'packet {seq}: {begin} .. {end}, records {first} .. {last}')

    def records(self):
        """Yields (packet, ts, event id, cpu, context, tid, payload) of all records."""
        return self.walk()

    def fixed(self, name):
        """Yields (ts, cpu, context, tid, field...) of one event; its strings are left out."""
        return self.walk(self.by_name[name])


def main(path, *options):
    stream = Stream(path, crc='--crc' in options)
    try:
        for _ in stream.records():
            pass
    except Violation as violation:
        print(f'FAIL: {violation}')
        return 1
    for number, count in sorted(stream.counts.items()):
        print(f'{count:12} {stream.events[number].name}')
    print(f'{stream.packets_read:12} packets\n{stream.lost:12} lost')
    return 0


if __name__ == '__main__':
    if len(sys.argv) not in (2, 3):
        sys.exit('usage: judge.py DIR [--crc]')
    sys.exit(main(*sys.argv[1:]))
