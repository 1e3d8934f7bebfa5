#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Writes traces as clbench would, for tests of those who read them.

Holds the format a second time, on purpose: nothing of it comes from the C code.
"""
import argparse
import os
import random
import re
import struct

LETTER = {'u8': 'B', 'u16': 'H', 'u32': 'I', 'u64': 'Q',
          's8': 'b', 's16': 'h', 's32': 'i', 's64': 'q'}
HEADER = struct.Struct('<I16sQQQQQQQQI')
CONTEXT = struct.Struct('<HBI')
TASK, SOFTIRQ, HARDIRQ, NMI = range(4)

TYPES = ''.join(f'typealias integer {{ size = {size}; align = {align}; signed = {signed};'
                f'{more} }} := {name};\n' for size, align, signed, more, name in [
                    (5, 1, 'false', '', 'uint5_t'),
                    (8, 8, 'false', '', 'uint8_t'), (16, 8, 'false', '', 'uint16_t'),
                    (32, 8, 'false', '', 'uint32_t'), (64, 8, 'false', '', 'uint64_t'),
                    (8, 8, 'true', '', 'int8_t'), (16, 8, 'true', '', 'int16_t'),
                    (32, 8, 'true', '', 'int32_t'), (64, 8, 'true', '', 'int64_t'),
                    (8, 8, 'false', ' encoding = UTF8;', 'text_t')])

HEAD = '''/* CTF 1.8 */

%(types)s
trace {
	major = 1;
	minor = 8;
	uuid = "%(uuid)s";
	byte_order = le;
	packet.header := struct {
		uint32_t magic;
		uint8_t uuid[16];
	};
};

env {
	domain = "kernel";
	sysname = "Linux";
	kernel_release = "6.1.0-synthetic";
	hostname = "a \\"host\\"";
	tracer_name = "clbench";
	tracer_major = 0;
	tracer_minor = 1;
	tracer_patchlevel = 0;
	tracer_version = "0.1.0";
	trace_name = "record-4711";
	clbench_format = 1;
	metadata_crc32c = "00000000";
};

clock {
	name = "monotonic_raw";
	description = "CLOCK_MONOTONIC_RAW, nanoseconds since boot";
	freq = 1000000000;
	offset_s = %(offset_s)d;
	offset = %(offset)d;
};

typealias integer {
	size = 27; align = 1; signed = false;
	map = clock.monotonic_raw.value;
} := uint27_clock_t;

typealias integer {
	size = 64; align = 8; signed = false;
	map = clock.monotonic_raw.value;
} := uint64_clock_t;

struct event_header {
	enum : uint5_t { "compact" = 0 ... 30, "extended" = 31 } id;
	variant <id> {
		struct { uint27_clock_t timestamp; } compact;
		struct { uint32_t id; uint64_clock_t timestamp; } extended;
	} v;
} align(8);

stream {
	packet.context := struct {
		uint64_clock_t timestamp_begin;
		uint64_clock_t timestamp_end;
		uint64_t content_size;
		uint64_t packet_size;
		uint64_t packet_seq_num;
		uint64_t events_discarded;
		uint64_t raw_ns;
		uint64_t realtime_ns;
		uint32_t crc32c;
	};
	event.header := struct event_header;
	event.context := struct {
		uint16_t cpu_id;
		enum : uint8_t { "task" = 0, "softirq" = 1, "hardirq" = 2, "nmi" = 3 } context;
		uint32_t tid;
	};
};
'''


def crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82f63b78 if byte & 1 else 0)
        table.append(byte)
    return table


CRC = crc_table()


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc = crc >> 8 ^ CRC[(crc ^ byte) & 255]
    return crc ^ 0xffffffff


def quote(text):
    """A string of the metadata: all but plain ASCII in octal, no end of a comment."""
    out, last = '', 0
    for byte in text.encode('utf-8', 'surrogateescape'):
        if byte in b'"\\':
            out += '\\' + chr(byte)
        elif byte < 32 or byte > 126 or (last == 42 and byte == 47):
            out += f'\\{byte:03o}'
        else:
            out += chr(byte)
        last = byte
    return f'"{out}"'


class Field:
    """A field: 'u8' to 's64', 'text' with a size, or 'string'."""

    def __init__(self, name, kind, unit=None, labels=None, size=0):
        self.name, self.kind, self.unit, self.labels, self.size = name, kind, unit, labels, size

    def declare(self):
        name = {'text': 'text_t', 'string': 'string'}.get(self.kind)
        if not name:
            name = ('u' if self.kind[0] == 'u' else '') + f'int{self.kind[1:]}_t'
        if self.labels:
            values = ', '.join(f'{quote(label)} = {value}' for value, label in self.labels)
            name = f'enum : {name} {{ {values} }}'
        size = f'[{self.size}]' if self.kind == 'text' else ''
        note = f' /* clbench: unit={quote(self.unit)} */' if self.unit else ''
        return f'\t\t{name} _{self.name}{size};{note}\n'

    def pack(self, value):
        if self.kind == 'text':
            return struct.pack(f'{self.size}s', value)
        if self.kind == 'string':
            return value + b'\0'
        return struct.pack('<' + LETTER[self.kind], value)


class Event:
    def __init__(self, number, name, fields, internal=False, **notes):
        self.id, self.name, self.internal, self.notes = number, name, internal, notes
        self.fields = [f if isinstance(f, Field) else Field(*f) for f in fields]

    def declare(self):
        notes = ' internal' if self.internal else ''
        for key in 'group', 'source', 'module', 'description':
            if key in self.notes:
                notes += f' {key}={quote(self.notes[key])}'
        return (f'\n/* clbench:{notes} */\nevent {{\n\tname = {quote(self.name)};\n'
                f'\tid = {self.id};\n\tfields := struct {{\n'
                + ''.join(f.declare() for f in self.fields) + '\t};\n};\n')

    def pack(self, values):
        return b''.join(f.pack(v) for f, v in zip(self.fields, values))


CAUSES = list(enumerate(['full_cap', 'full_refill', 'nested', 'oversize', 'no_memory', 'no_rcu']))
BLOCK = [('dev', 'u32', 'device'), ('sector', 'u64', 'sectors'), ('nr_sector', 'u32', 'sectors'),
         Field('rwbs', 'text', size=12)]
PAGECACHE = [('dev', 'u32', 'device'), ('ino', 'u64'), ('offset', 'u64', 'bytes'),
             ('nr_pages', 'u32', 'pages')]
EVENTS = [
    Event(0, 'clbench_begin', [
        ('session_id', 'u32'), ('nr_cpus', 'u32'), ('nr_node', 'u32', 'nodes'),
        ('node_nr_composed', 'u32', 'records'), ('mem_max', 'u64', 'bytes'),
        ('flush_period_ms', 'u32', 'ms'), ('window', 'u32', 'batches'), ('chunk', 'u32'),
        ('discarded', 'u64', 'records'), ('session', 'string'), ('module_version', 'string'),
        ('kernel_release', 'string')], True,
          description='recording begins, with this configuration'),
    Event(1, 'clbench_end', [(n, 'u64', 'records') for n in
                             ('delivered', 'discarded', 'drained', 'late')]
          + [('next_chunk', 'u32')], True),
    Event(2, 'clbench_discarded', [
        ('cause', 'u8', None, CAUSES), ('count', 'u64', 'records'), ('first_ts_ns', 'u64', 'ns'),
        ('last_ts_ns', 'u64', 'ns')], True, description='records are missing here'),
    Event(3, 'clbench_task', [('tid', 'u32'), ('tgid', 'u32'), Field('comm', 'text', size=16)],
          True, description='names the task of the records that follow'),
    Event(4, 'clbench_total', [('event_id', 'u32'), ('delivered', 'u64', 'records')]
          + [(n, 'u64', 'records') for _, n in CAUSES] + [('event', 'string')], True),
    Event(5, 'clbench_mark', [('text', 'string')], True, description='a text from user space'),
    Event(6, 'pagecache_miss', PAGECACHE, group='pagecache', source='kprobe page_cache_sync_ra',
          module='clbench', description='a buffered read did not find its page'),
    Event(7, 'pagecache_add', PAGECACHE, group='pagecache', source='tracepoint'),
    Event(8, 'pagecache_delete', PAGECACHE, group='pagecache', source='tracepoint'),
    Event(9, 'block_bio_queue', BLOCK, group='block', source='tracepoint'),
    Event(10, 'block_rq_issue', BLOCK, group='block', source='tracepoint'),
    Event(11, 'block_rq_complete', BLOCK + [('error', 's32')], group='block', source='tracepoint'),
    Event(12, 'sched_migrate_task', [
        ('tid', 'u32'), ('prio', 's32'), ('orig_cpu', 'u32'), ('dest_cpu', 'u32'),
        ('reason', 'u8', None, [(0, 'other'), (1, 'wakeup'), (2, 'balance'), (3, 'stopper')])],
          group='sched', source='tracepoint', description='a task */ moves: "µs"'),
    Event(30, 'last_compact', [('event', 'u8')]),
    Event(31, 'first_extended', [('ts_ns', 'u16'), ('time', 'u8')], group='g"r\\oup'),
    Event(40, 'every_type', [
        ('f_u8', 'u8', 'a */ "unit"'), ('f_u16', 'u16'), ('f_u32', 'u32'), ('f_u64', 'u64'),
        ('f_s8', 's8'), ('f_s16', 's16'), ('f_s32', 's32'), ('f_s64', 's64'),
        ('f_device', 'u32', 'device'),
        ('f_enum', 'u16', None, [(1, 'one'), (2, 'two words'), (65535, 'q"u\\o,te*/')]),
        ('f_enum_s8', 's8', None, [(-1, 'minus one'), (1, 'one')]),
        Field('f_text', 'text', size=5), Field('f_text1', 'text', size=1),
        ('f_string', 'string'), ('f_string2', 'string')]),
    Event(41, 'no_fields', []),
    Event(4294967295, 'largest_id', [('string', 'string')]),
]
# As they were before a session could have more than one chunk.
OLD_EVENTS = [Event(e.id, e.name, [f for f in e.fields if e.id > 1 or f.name not in (
    'chunk', 'next_chunk') and (e.id or f.name != 'discarded')], e.internal, **e.notes)
              for e in EVENTS]


class Trace:
    """A trace being written; records are kept until the packet ends."""

    def __init__(self, path, events=None, uuid=bytes(range(16)), offset_ns=0):
        self.path, self.events, self.uuid, self.offset_ns = path, events or EVENTS, uuid, offset_ns
        self.by_name = {e.name: e for e in self.events}
        self.stream, self.records = bytearray(), bytearray()
        self.seq, self.last, self.begin, self.end, self.discarded = 0, 0, None, 0, 0
        self.counts = dict.fromkeys((e.id for e in self.events), 0)
        self.chunk, self.base = 1, 0

    def put(self, ts, name, values=(), cpu=0, context=TASK, tid=0, extended=False):
        event = self.by_name[name]
        assert ts >= max(self.last, self.end)
        if self.begin is None:
            self.begin = self.last = ts
        self.counts[event.id] += 1
        if extended or event.id > 30 or ts - self.last >= 1 << 27:
            head = struct.pack('<BIQ', 31, event.id, ts)
        else:
            head = struct.pack('<I', event.id | (ts & (1 << 27) - 1) << 5)
        self.records += head + CONTEXT.pack(cpu, context, tid) + event.pack(values)
        self.last = ts

    def packet(self, end=None, wall_ns=None, padding=0):
        """End the packet; @wall_ns is the wall clock at its end."""
        begin = self.end if self.begin is None else self.begin
        self.end = max(end or 0, self.last, begin)
        self.seq += 1
        content = HEADER.size + len(self.records)
        wall = self.offset_ns + self.end if wall_ns is None else wall_ns
        fields = [0xc1fc1fc1, self.uuid, begin, self.end, content * 8, (content + padding) * 8,
                  self.seq, self.discarded, self.end, wall]
        crc = crc32c(HEADER.pack(*fields, 0) + self.records)
        self.stream += HEADER.pack(*fields, crc) + self.records + b'\0' * padding
        self.records, self.begin = bytearray(), None

    def metadata(self):
        uuid = self.uuid.hex()
        uuid = '-'.join([uuid[:8], uuid[8:12], uuid[12:16], uuid[16:20], uuid[20:]])
        sec, rest = divmod(self.offset_ns, 1000000000)
        text = HEAD % {'types': TYPES, 'uuid': uuid, 'offset_s': sec, 'offset': rest} \
            + ''.join(e.declare() for e in self.events)
        return text.replace('"00000000"', f'"{crc32c(text.encode()):08x}"', 1)

    def write(self):
        os.makedirs(self.path, exist_ok=True)
        with open(os.path.join(self.path, 'metadata'), 'w', encoding='ascii') as file:
            file.write(self.metadata())
        with open(os.path.join(self.path, 'stream'), 'wb') as file:
            file.write(self.stream)

    def open_chunk(self, chunk):
        """What is put from here on stands in the chunk of this number."""
        self.chunk, self.base, self.path = chunk, self.discarded, chunk_path(self.path, chunk)
        self.stream, self.counts = bytearray(), dict.fromkeys(self.counts, 0)


def chunk_path(path, chunk):
    """The directory of a chunk: in @path, or beside the chunk @path."""
    if re.fullmatch(r'\d{6,}', os.path.basename(path)):
        path = os.path.dirname(path)
    return os.path.join(path, f'{chunk:06}')


def put_begin(trace, ts):
    trace.packet(end=ts)
    values = {'session_id': 1, 'nr_cpus': 2, 'nr_node': 4, 'node_nr_composed': 512,
              'mem_max': 16 << 20, 'flush_period_ms': 100, 'window': 8, 'chunk': trace.chunk,
              'discarded': trace.base, 'session': b'record-4711', 'module_version': b'0.1.0',
              'kernel_release': b'6.1.0-synthetic'}
    trace.put(ts, 'clbench_begin', [values[f.name] for f in trace.events[0].fields], tid=99)


def put_end(trace, ts, next_chunk=0):
    """Totals and the end; all that is lost is told as misses without a spare node."""
    total = 0
    for event in trace.events:
        number = trace.counts[event.id]
        if not number or event.internal:
            continue
        lost = trace.discarded - trace.base if event.name == 'pagecache_miss' else 0
        total += number
        trace.put(ts, 'clbench_total', (event.id, number, 0, lost, 0, 0, 0, 0,
                                        event.name.encode()), tid=99)
    trace.put(ts, 'clbench_end', (total, trace.discarded - trace.base, 3, 0, next_chunk), tid=99)
    trace.packet()


def rotate(trace, ts):
    """The seam as the kernel makes it: the end, an empty packet, the next begin.

    Packets of a later chunk that begin at the same time would be turned round by babeltrace2.
    """
    put_end(trace, ts, trace.chunk + 1)
    trace.write()
    trace.open_chunk(trace.chunk + 1)
    put_begin(trace, ts + 1)


def every_case(trace):
    """Everything that the format can say, in less than 100 records."""
    gap, ts = 1 << 27, 82711000000000
    dev = 254 << 20 | 16
    put_begin(trace, ts)
    trace.put(ts, 'clbench_task', (4720, 4719, b'cc1'), tid=4720, cpu=1)
    trace.put(ts, 'pagecache_miss', (dev, 12, 40960, 1), tid=4720, cpu=1)
    trace.put(ts + 1, 'block_bio_queue', (dev, 88240, 8, b'RAM'), tid=4720, cpu=1)
    for distance in gap - 1, gap, gap + 1, 3 * gap - 1, 1:
        ts = trace.last + distance
        trace.put(ts, 'pagecache_miss', (dev, 1 << 63, ts, 512), tid=4720, cpu=1)
    trace.packet(end=trace.last + 5)
    trace.packet()
    trace.packet(end=trace.end + 10 * gap)
    ts = trace.end
    names = [b'exactly16bytes.!', b'sp ace', b'co,mma "q"\\', b'\xff\xc3\xa9\x1b[1m',
             '\u202e\u00e9\u4e2d\U0001f600'.encode()]
    for number, comm in enumerate(names):
        for context in TASK, SOFTIRQ, HARDIRQ, NMI:
            trace.put(ts, 'clbench_task', (50 + number, 40, comm), 3, context, 50 + number)
            trace.put(ts + 1, 'last_compact', (number,), 3, context, 50 + number)
            ts = trace.last + 1000
    trace.put(ts, 'clbench_task', (50, 40, b'renamed'), cpu=3, tid=50)
    trace.put(ts, 'last_compact', (7,), cpu=3, tid=50)
    trace.put(ts, 'last_compact', (8,), cpu=2, tid=50)
    trace.put(ts, 'last_compact', (9,), cpu=3, tid=50, context=SOFTIRQ)
    trace.put(ts, 'last_compact', (10,), cpu=65535, tid=4294967295, context=NMI)
    trace.packet()
    for low, number in ((True, 1), (False, 2), (True, 9)):
        trace.put(ts + number, 'every_type', (
            [0, 0, 0, 0, -128, -32768, -1 << 31, -1 << 63, 0, 1, -1, b'', b'\0', b'', b'']
            if low else
            [255, 65535, (1 << 32) - 1, (1 << 64) - 1, 127, 32767, (1 << 31) - 1, (1 << 63) - 1,
             4294967295, 65535, 5, b'12345', b'x',
             b'a"b\\c,d\x01\n\x7f\x80\xf0\x9f\x98\x80\xed\xa0\x80', b'\xc0\xaf']), cpu=1, tid=8)
    long = [3] * 9 + [2, 1, b'\xff\xfe', b'"', b'x' * 700, b' ']
    trace.put(trace.last, 'every_type', long, tid=8)
    trace.put(trace.last + 1, 'first_extended', (513, 7))
    trace.put(trace.last + 1, 'no_fields')
    trace.put(trace.last + 1, 'no_fields', extended=True)
    trace.put(trace.last, 'largest_id', (b'end',))
    trace.packet(end=trace.last + 77, padding=9)
    ts = trace.end + gap
    trace.discarded = 812
    trace.put(ts, 'clbench_discarded', (1, 812, ts - 500, ts - 1), context=HARDIRQ)
    trace.put(ts, 'clbench_discarded', (200, 0, ts, ts), context=9)
    trace.put(ts, 'clbench_mark', (b'half way',), tid=77)
    trace.put(ts, 'clbench_task', (4720, 4719, b'cc1'), tid=4720)
    for prio, reason in ((120, 1), (-1, 2), (0, 9)):
        trace.put(ts, 'sched_migrate_task', (4721, prio, 0, 1, reason), tid=4720)
    for name in 'pagecache_add', 'pagecache_delete':
        trace.put(ts, name, (dev, 12, 0, 1), tid=4720)
    trace.put(ts, 'block_rq_issue', (dev, 1, 2, b'WFS'), tid=4720)
    trace.put(ts, 'block_rq_complete', (dev, 1, 2, b'WFS', -5), tid=0, context=SOFTIRQ)
    trace.packet(wall_ns=trace.offset_ns + ts + 3600 * 10**9)
    put_end(trace, ts + gap + 1)


def put_tasks(trace, ts):
    for cpu in range(2):
        trace.put(ts, 'clbench_task', (100 + cpu, 100, b'worker'), cpu=cpu, tid=100 + cpu)


def many_records(trace, number, step, nr_chunks=1):
    """Misses and block requests of two CPUs, in packets of at most 60 KiB; losses of chunks."""
    rng, ts = random.Random(1), 1000000000
    put_begin(trace, ts)
    put_tasks(trace, ts)
    for i in range(number):
        if i and i % -(-number // nr_chunks) == 0:
            trace.packet()
            trace.discarded += 10 * trace.chunk
            trace.put(ts, 'clbench_discarded', (1, 10 * trace.chunk, ts - 10, ts))
            trace.packet(end=ts)
            rotate(trace, ts + 1)
            ts += 2
            put_tasks(trace, ts)
        ts += rng.randrange(2 * step)
        cpu = rng.randrange(2)
        if rng.randrange(3):
            trace.put(ts, 'pagecache_miss', (254 << 20, 12, i * 4096, 1), cpu=cpu, tid=100 + cpu)
        else:
            trace.put(ts, 'block_bio_queue', (254 << 20, i * 8, 8, b'R'), cpu=cpu, tid=100 + cpu)
        if len(trace.records) > 60000:
            trace.packet()
    put_end(trace, ts)


def write_changed(path):
    """Two chunks of a session whose events were changed between them."""
    trace = Trace(path, [e for e in EVENTS if e.name != 'no_fields'])
    trace.open_chunk(1)
    put_begin(trace, 1000)
    trace.put(1500, 'pagecache_add', (1, 2, 3, 4))
    trace.packet()
    put_end(trace, 2000, 2)
    trace.write()
    trace.events = [e for e in EVENTS if e.name != 'pagecache_add']
    trace.by_name = {e.name: e for e in trace.events}
    trace.counts = dict.fromkeys((e.id for e in trace.events), 0)
    trace.open_chunk(2)
    put_begin(trace, 2001)
    trace.put(2500, 'no_fields')
    put_end(trace, 3000)
    trace.write()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('dir')
    parser.add_argument('--records', type=int, metavar='N', help='N plain records, not all cases')
    parser.add_argument('--step', type=int, metavar='NS', default=1500,
                        help='mean time between these')
    parser.add_argument('--chunks', type=int, metavar='N', default=0,
                        help='as a sequence of N chunks; needs --records')
    parser.add_argument('--old', action='store_true',
                        help='as before a session could have more than one chunk')
    parser.add_argument('--boot', type=int, metavar='NS', default=1763716502123456789,
                        help='wall clock when the clock of the trace was 0')
    parser.add_argument('--cut', type=int, metavar='BYTES', help='keep so much of the stream')
    parser.add_argument('--flip', type=int, metavar='BIT', action='append', default=[],
                        help='flip a bit of the stream')
    args = parser.parse_args()
    trace = Trace(args.dir, OLD_EVENTS if args.old else EVENTS, offset_ns=args.boot)
    if args.chunks:
        trace.open_chunk(1)
    if args.records is None:
        every_case(trace)
    else:
        many_records(trace, args.records, args.step, args.chunks or 1)
    for bit in args.flip:
        trace.stream[bit // 8] ^= 1 << bit % 8
    if args.cut is not None:
        del trace.stream[args.cut:]
    trace.write()


if __name__ == '__main__':
    main()
