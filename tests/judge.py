#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Reads the stream of a trace and judges it; shares nothing with the C code.

    stream = Stream(DIR)
    for seq, ts, event, cpu, context, tid, payload in stream.records(): ...
    for ts, cpu, context, tid, number, ... in stream.fixed('clbench_load_seq'): ...

DIR is a trace, or a directory of chunks (000001, 000002, ...), which are read as
one stream; the seams are checked, too. Either way the whole stream is read and
checked. The first violation raises Violation. Afterwards stream.counts,
.packets_read, .lost and .losses hold, of all that is in DIR, .ended says whether
the session's end is there, and .chunk which chunk was the last.
"""
import os
import re
import struct
import sys
from collections import Counter

HEADER = struct.Struct('<I16sQQQQQQQQI')
RECORD = struct.Struct('<IHBI')		# compact event header and event context
EXTENDED = struct.Struct('<xIQHBI')  # the same with the extended header
MASK = (1 << 27) - 1
CODES = {'uint8_t': 'B', 'uint16_t': 'H', 'uint32_t': 'I', 'uint64_t': 'Q',
         'int8_t': 'b', 'int16_t': 'h', 'int32_t': 'i', 'int64_t': 'q'}
BEGIN, END, DISCARDED, TASK, TOTAL, MARK = range(6)
CAUSES = 'full_cap', 'full_refill', 'nested', 'oversize', 'no_memory', 'no_rcu'


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


def chunks_of(path):
    """[(number, directory)] of a directory of chunks, by number; a trace has number 0."""
    names = [name for name in os.listdir(path) if re.fullmatch(r'\d{6,}', name)]
    if not names or os.path.exists(os.path.join(path, 'stream')):
        return [(0, path)]
    return sorted((int(name), os.path.join(path, name)) for name in names)


class Stream:
    def __init__(self, path, crc=False):
        self.chunks, self.crc = chunks_of(path), crc
        self.uuid, self.events = self.metadata(self.chunks[0][1])
        # A session may change its events: each chunk describes its own.
        for _, chunk in self.chunks[1:]:
            self.events = {**self.metadata(chunk)[1], **self.events}
        self.by_name = {e.name: e for e in self.events.values()}

    @staticmethod
    def metadata(path):
        with open(os.path.join(path, 'metadata'), encoding='ascii') as file:
            text = file.read()
        uuid = bytes.fromhex(re.search(r'uuid = "([-0-9a-f]+)"', text)[1].replace('-', ''))
        return uuid, {e.id: e for e in (Event(*match) for match in re.findall(
            r'^event \{\n\tname = "(.*)";\n\tid = (\d+);\n\tfields := struct \{\n((?s:.*?))^\t\};',
            text, re.M))}

    def packets(self):
        """Yields (seq, begin, end, content) and checks all but the records."""
        self.counts, self.lost, self.losses, self.packets_read = Counter(), 0, [], 0
        # Of the last packet: number, end, losses; before the first: losses.
        self.seq = self.end = self.sum = self.base = 0
        self.told, self.chunk, self.next = Counter(), None, None
        for number, path in self.chunks:
            if number != self.chunks[0][0]:
                self.check_seam(number, path)
            self.chunk, self.next = None, None
            # What there was before the chunk: only what it adds is its own.
            self.counts_before, self.lost_before = self.counts.copy(), self.lost
            yield from self.packets_of(number, os.path.join(path, 'stream'))
            if self.base + self.lost != self.sum:
                raise Violation(f'{self.base + self.lost} records told lost one by one, '
                                f'{self.sum} in sum')
            if number and self.chunk != number:
                raise Violation(f'chunk {number} says that it is chunk {self.chunk}')
        self.check_causes()

    def packets_of(self, number, path):
        """The packets of one stream."""
        at, size = 0, os.path.getsize(path)
        with open(path, 'rb') as file:
            while at < size:
                head = file.read(HEADER.size)
                where = f'chunk {number}: ' * bool(number) + f'packet {self.seq + 1} at byte {at}'
                if len(head) < HEADER.size:
                    raise Violation(f'{where}: cut off')
                (magic, uuid, begin, end, content, whole, seq, lost, _, _, crc
                 ) = HEADER.unpack(head)
                opens = not at and content == 8 * HEADER.size
                if opens and not self.packets_read and seq > 1:
                    # What came before this chunk is not here.
                    self.seq, self.sum, self.base = seq - 1, lost, lost
                for sound, what in (
                        (magic == 0xc1fc1fc1, 'magic'), (uuid == self.uuid, 'uuid'),
                        (seq == self.seq + 1, f'number {seq}'),
                        (opens or at or not number, 'opens no chunk'),
                        (self.next is None, 'behind the end'),
                        (not whole % 8 and not content % 8, 'bits'),
                        (HEADER.size <= content // 8 <= whole // 8 <= size - at, 'size'),
                        (self.end <= begin <= end, 'times'), (self.sum <= lost, 'lost')):
                    if not sound:
                        raise Violation(f'{where}: {what}')
                data = file.read(whole // 8 - HEADER.size)[:content // 8 - HEADER.size]
                if self.crc and crc32c(head[:-4] + bytes(4) + data) != crc:
                    raise Violation(f'{where}: crc32c')
                self.packets_read += 1
                self.seq, self.end, self.sum, at = seq, end, lost, at + whole // 8
                if opens and lost != self.base + self.lost:
                    raise Violation(f'{where}: {lost} lost, {self.base + self.lost} before it')
                yield seq, begin, end, data

    def check_seam(self, number, path):
        """Does this chunk follow the one that was read last?"""
        if self.next != number or self.chunk != number - 1:
            raise Violation(f'chunk {number} is behind chunk {self.chunk}, '
                            f'whose end names {self.next}')
        uuid, events = self.metadata(path)
        if uuid != self.uuid or any(
                (e.name, e.whole.format, e.strings) != (o.name, o.whole.format, o.strings)
                for e, o in ((e, self.events[i]) for i, e in events.items())):
            raise Violation(f'chunk {number}: its metadata is of another session')

    def check_causes(self):
        """Over a whole session the totals are the losses, cause by cause."""
        if self.chunks[0][0] > 1 or self.base or not self.ended:
            return
        lost = Counter()
        for _, _, values in self.losses:
            lost[values['cause']] += values['count']
        if +lost != +self.told:
            raise Violation(f'lost by cause {dict(+lost)}, totals say {dict(+self.told)}')

    @property
    def ended(self):
        """Is the session's end there?"""
        return self.next == 0

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
        """What losses, totals, begin and end promise."""
        values = self.events[number].values(payload)
        if number == BEGIN:
            self.chunk = values.get('chunk', 1)
            if values.get('discarded', 0) != self.base + self.lost:
                raise Violation(f'clbench_begin says {values}, {self.base + self.lost} were lost')
        elif number == DISCARDED:
            self.lost += values['count']
            self.losses.append((cpu, context, values))
        elif number == TOTAL:
            here = self.counts[values['event_id']] - self.counts_before[values['event_id']]
            self.told.update({cause: values[name] for cause, name in enumerate(CAUSES)})
            if values['delivered'] != here:
                raise Violation(f'{values} but {here} are there')
        elif number == END:
            here = self.counts - self.counts_before
            self.next = values.get('next_chunk', 0)
            if (values['discarded'] != self.lost - self.lost_before or values['late'] or
                    values['delivered'] != sum(n for i, n in here.items() if i > MARK)):
                raise Violation(f'clbench_end says {values}, '
                                f'lost are {self.lost - self.lost_before}')

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
                if self.chunk is None and number != BEGIN:
                    raise Violation(f'packet {seq}: the first record is no clbench_begin')
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
