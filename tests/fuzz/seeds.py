#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Writes inputs for the fuzz targets to begin with, one folder each.

usage: seeds.py FOLDER, or seeds.py --header for what they are read with, in C
"""
import json
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..'))
from make_trace import (EVENTS, HARDIRQ, NMI, OLD_EVENTS, Event, Field, Trace,  # noqa: E402
                        put_begin, put_end)


# Of each kind one: every input is read with the metadata of these.
FEW = [e for e in EVENTS if e.id <= 6 or e.id == 9 or e.id >= 30]


class Kept(Trace):
    """A trace in memory: its streams, by chunk."""

    def __init__(self, events=None):
        super().__init__('x', events or FEW)
        self.streams = {}

    def write(self):
        self.streams[self.chunk] = bytes(self.stream)


def trace_of(fill, events=None):
    trace = Kept(events)
    fill(trace)
    trace.write()
    return trace


def plain(trace):
    put_begin(trace, 1000)
    trace.put(1001, 'clbench_task', (7, 6, b'cat'), tid=7)
    trace.put(1002, 'pagecache_miss', (254 << 20, 12, 4096, 1), tid=7)
    trace.packet()
    trace.put(1 << 28, 'last_compact', (200,), context=HARDIRQ)
    trace.packet(padding=3)
    put_end(trace, 1 << 29)


def losses(trace):
    put_begin(trace, 1000)
    trace.discarded = 5
    trace.put(2000, 'clbench_discarded', (1, 5, 1500, 1999), context=NMI)
    trace.put(2001, 'pagecache_miss', (1, 2, 3, 4))
    trace.packet()
    put_end(trace, 3000)


def types(trace):
    put_begin(trace, 1)
    trace.put(2, 'every_type', (1, 2, 3, 4, -1, -2, -3, -4, 5, 1, -1, b'a\xff,"\\', b'x', b'\xc3\xa9',
                                b''))
    trace.put(3, 'first_extended', (513, 7))
    trace.put(3, 'no_fields', extended=True)
    trace.put(4, 'largest_id', (b'end',))
    trace.put(5, 'clbench_mark', (b'half way',), tid=77)
    trace.packet()


def unfinished(trace):
    put_begin(trace, 1)
    trace.packet()


def chunks(trace):
    trace.open_chunk(1)
    for chunk in 1, 2, 3:
        ts = chunk * 1000
        put_begin(trace, ts)
        trace.put(ts + 1, 'pagecache_miss', (1, 2, 3, 4))
        trace.packet()
        trace.discarded += 5
        trace.put(ts + 2, 'clbench_discarded', (1, 5, ts + 1, ts + 2))
        trace.packet()
        put_end(trace, ts + 3, chunk % 3 and chunk + 1)
        if chunk < 3:
            trace.write()
            trace.open_chunk(chunk + 1)


def streams():
    for name, fill in (('plain', plain), ('losses', losses), ('types', types),
                       ('unfinished', unfinished)):
        yield name, trace_of(fill).streams[1]
    yield 'cut', trace_of(plain).streams[1][:-30]
    yield 'empty', b''


def metadatas():
    few = [e for e in EVENTS if e.id < 7]
    kinds = few[:6] + [Event(40, 'kinds', [
        ('a', 'u8', 'device'), ('b', 's64', 'a */ "unit"'), Field('c', 'text', size=5),
        Field('d', 'u16', labels=[(1, 'one'), (65535, 'q"\\')]), ('e', 'string')],
                             group='g"r', source='s', module='m', description='d */ \u00b5')]
    for name, events in (('few', FEW), ('kinds', kinds), ('old', OLD_EVENTS[:7]), ('none', [])):
        yield name, Kept(events).metadata().encode()
    yield 'every', Kept(EVENTS).metadata().encode()
    yield 'foreign', b'/* CTF 1.8 */ env { tracer_name = "lttng-modules"; };'


def item(chunk, kind, data):
    """As directory.c takes it: where a file is to be, which, how long."""
    return struct.pack('<BBH', chunk, kind, len(data)) + data


def directories():
    for name, stream in streams():
        yield name, item(0, 0, stream)
    parts = trace_of(chunks).streams
    whole = b''.join(item(n, 0, s) for n, s in parts.items())
    yield 'chunks', whole
    yield 'without-first', b''.join(item(n, 0, s) for n, s in parts.items() if n > 1)
    yield 'torn', item(0, 0, trace_of(plain).streams[1] + b'\xc1\x1f\xfc\xc1torn')
    yield 'without-metadata', whole + item(2, 1, b'')


CONF = '''# a comment
[daemon]
trace_dir = /srv/traces
min_free = 5%
on_low_space = pause

[session disk]
events = block, pagecache_miss
  sched
start_at_boot = yes
output = disk
duration = 12h
max_size = 3G
nr_node = 4
node_nr_composed = 512
window = 8
mem_max = 64M
flush_period = 50
linger = 90
sync = on
strict = true
on_full = stop
rotate_size = 64k
rotate_time = 1h
keep = 3
keep_size = 1G
keep_age = 7d
'''


def confs():
    yield 'whole', CONF.encode()
    yield 'two', b'[session a]\nkeep = 1\n[session b]\nkeep = 2\n[session a]\nkeep_age = 1.5d\n'
    yield 'free', b'[daemon]\nmin_free = 2G\n; x\n'
    yield 'wrong', b'[session a b]\nkeep = 3X\nnonsense\n'


OPTIONS = {'events': ['pagecache', 'block_*', 'last_compact'], 'output': 'out', 'duration_ns': 0,
           'max_size_bytes': 1 << 30, 'nr_node': 4, 'node_nr_composed': 512, 'window': 8,
           'mem_max_bytes': 1 << 24, 'flush_period_ms': 50, 'linger_ms': 90, 'sync': True,
           'strict': True, 'on_full': 'stop', 'rotate_size_bytes': 65536, 'rotate_time_ns': 10**9,
           'keep': 3, 'keep_size_bytes': 1 << 20, 'keep_age_ns': 10**12}


def lines(*requests):
    return b''.join(json.dumps(r).encode() + b'\n' for r in requests)


def requests():
    def ask(request, **keys):
        return {'request': request, **keys}
    yield 'hello', lines(ask('hello'), ask('status'), ask('events'), ask('status', names=['a']))
    yield 'life', lines(ask('start', name='a'), ask('status', names=['a']), ask('tail', name='a'),
                        ask('stop', name='a'))
    yield 'options', lines(ask('start', name='a', options=OPTIONS), ask('rotate', name='a'),
                           ask('stop', name='a', give_up=True))
    yield 'set', lines(ask('start', name='a'), ask('set', name='a', options={'keep': 2}),
                       ask('set', name='a', options={'events': ['no_fields']}),
                       ask('set', name='a', options={'mem_max_bytes': 1 << 20}), ask('tail'))
    yield 'rotates', lines(ask('start', name='b', options={'keep': 1, 'sync': False}),
                           *[ask('rotate', name='b')] * 3, ask('stop', name='b'))
    yield 'two', lines(ask('start', name='a'), ask('start', name='b'), ask('start', name='a'),
                       ask('tail'), ask('mark', text='m', name='a'), ask('mark', text='all'))
    yield 'wrong', lines(ask('nosuch'), ask('hello', x=1), ask('start', name='a b'),
                         ask('stop', name='no'), ask('set', name='a', options={'x': 1})) + b'{]\n'
    yield 'orders', (lines(ask('start', name='known')) + b'!k\n!k\n!h\n'
                     + lines(ask('set', name='known', options={'events': ['no_fields']})) + b'!c\n'
                     + lines(ask('set', name='known', options={'keep': 1})) + b'!g\n!u\n!d\n!k\n'
                     + lines(ask('status'), ask('stop', name='known')))
    yield 'refused', (b'!r\n' + lines(ask('start', name='a'), ask('start', name='a')) + b'!r\n'
                      + lines(ask('rotate', name='a')) + b'!r\n' + lines(ask('stop', name='a'))
                      + b'!l\n!t\n!t\n')
    yield 'peers', (lines(ask('start', name='a'), ask('tail')) + b'!c\n'
                    + lines(ask('stop', name='a')) + b'!c\n{"request":"hello"')
    yield 'sections', lines(ask('start', name='known'), ask('set', name='known', options=[]))


def replies():
    """The first byte is who asks, see reply.c."""
    status = {'schema': 1, 'module': {'version': '0.1.0', 'protocol': 2, 'installed_version': None},
              'sessions_max': 32, 'memory': {'used_bytes': 1, 'total_bytes': 2},
              'daemon': {'version': '0.1.1', 'pid': 7},
              'sessions': [{
                  'name': 'a', 'id': 3, 'uuid': '00', 'state': 'recording',
                  'reader': {'pid': 7, 'comm': 'clbenchd'}, 'linger_left_ms': None,
                  'memory': {'now_bytes': 1, 'high_bytes': 2, 'max_bytes': 3},
                  'batches': {'sent': 1, 'acked': 1, 'resent': 0, 'retained': 0},
                  'nodes_high': 4, 'stalled_ms': 0, 'late': 0, 'drained': 0, 'cut_age_ms': None,
                  'events': {'e': {'attempted': 3, 'delivered': 1, 'pending': 1,
                                   'discarded': {'full_cap': 1}, 'missed': 2}},
                  'total': {'attempted': 3, 'delivered': 1, 'pending': 1,
                            'discarded': {'full_cap': 1}},
                  'trace': {'dir': '/t', 'chunk': 1, 'chunks': 1, 'bytes': 9, 'paused': True}}]}
    events = {'module': {'version': '0.1.0', 'protocol': 2}, 'events': [{
        'name': 'e', 'group': 'g', 'source': 's', 'module': 'm', 'why_not': None,
        'description': 'd', 'fields': [
            {'name': 'a', 'type': 'u32', 'unit': 'bytes', 'labels': None},
            {'name': 'b', 'type': 'text', 'size_bytes': 8, 'unit': None, 'labels': []},
            {'name': 'c', 'type': 'u8', 'unit': None, 'labels': [{'value': 1, 'name': 'x'}]}]}]}
    ok = {'ok': True}
    yield 'status', b'0' + lines({**ok, 'status': status})
    yield 'prometheus', b'1' + lines({**ok, 'status': status})
    yield 'json', b'6' + lines({**ok, 'status': {**status, 'sessions': ['a\x7f\x9b\u202e\U000e0001']}})
    yield 'events', b'2' + lines({**ok, 'events': events})
    yield 'no-name', b'2' + lines({**ok, 'events': {**events, 'events': [{'name': 1}]}})
    session = {'name': 'a', 'id': 3, 'uuid': '00', 'dir': '/t', 'chunk': 1, 'nr_events': 1,
               'nr_cpus': 1, 'sent': 1}
    few = Kept([e for e in EVENTS if e.id < 7]).metadata()
    yield 'tail', b'3' + lines({**ok, 'session': session, 'metadata': few},
                               {**ok, 'event': 'other'}, {**ok, 'event': 'ended', 'sent': 4})
    yield 'stop', b'4' + lines({**ok, 'summary': {'a': 1}, 'text': 'one\ntwo\n',
                                'strict_failed': False})
    yield 'refused', b'4' + lines({'ok': False, 'status': 2, 'error': 'cannot \u001b[1m'})


def states():
    state = {'schema': 1, 'name': 'a', 'uuid': '00112233445566778899aabbccddeeff', 'dir': '/t/a',
             'boot': True, 'removed_chunks': 3, 'removed_bytes': 4,
             'removed_own_bytes': 3, 'options': OPTIONS}
    yield 'whole', json.dumps(state, indent=1).encode()
    yield 'plain', json.dumps({**state, 'options': {}}).encode()
    yield 'changing', json.dumps({**state, 'before': {'events': ['one', 'two']}}).encode()
    yield 'wrong', json.dumps({**state, 'uuid': 'x', 'options': {'keep': -1}}).encode()


def texts():
    """The first byte is what reads it, see text.c."""
    for kind, words in (('0', ['64k', '1G', '17179869184G', '0']), ('1', ['90', '1.5s', '3ms', '7d']),
                        ('2', ['12:00:00.5', '2026-11-22T10:00:00+01:00', '+1.5',
                               '2026-02-28 23:59:60Z']),
                        ('3', ['block,sched_*', 'all', '[a-c]*,clbench_mark', ',,']),
                        ('4', ['\u00e9\u202e\x1b[1m', '\U0001f600'])):
        for i, word in enumerate(words):
            yield f'{kind}{i}', kind.encode() + word.encode()


def attribute(number, data):
    return struct.pack('<HH', len(data) + 4, number) + data + b'\0' * (-len(data) % 4)


def u32(number, value):
    return attribute(number, struct.pack('<I', value))


def u64(number, value):
    return attribute(number, struct.pack('<Q', value))


def message(command, attributes, kind=32, flags=0):
    """A message of generic netlink."""
    body = struct.pack('<BBH', command, 1, 0) + attributes
    return struct.pack('<IHHII', len(body) + 16, kind, flags, 0, 0) + body


def answer(error=0, text=b''):
    """An acknowledgement, or a refusal with the kernel's words."""
    body = struct.pack('<i', error) + struct.pack('<IHHII', 16, 32, 0, 0, 0)
    if text:
        body += attribute(1, text + b'\0')
    return struct.pack('<IHHII', len(body) + 16, 2, 0x100 | (0x200 if text else 0), 0, 0) + body


def datagrams(*messages):
    return b''.join(struct.pack('<H', len(m)) + m for m in messages)


def netlinks():
    """The first byte is what is asked for, see netlink.c; then datagrams."""
    ended = struct.pack('<IHHIIi', 20, 3, 2, 0, 0, 0)
    info = attribute(1, b'0.1.0\0') + u32(2, 2) + u32(3, 1) + u64(5, 4096)
    counts = attribute(1, b'e\0') + u32(2, 6) + b''.join(u64(n, n) for n in range(3, 13))
    session = (u32(1, 7) + attribute(2, b'a\0') + attribute(3, bytes(16)) + attribute(4, b'batch3\0')
               + u64(5, 99) + u32(6, 1) + u64(12, 1 << 24) + u32(34, 5) + attribute(29, counts))
    label = attribute(5, u32(1, 1) + attribute(2, b'one\0'))
    field = attribute(1, b'f\0') + u32(2, 2) + u32(3, 8) + attribute(4, b'bytes\0') + label
    event = u32(1, 6) + attribute(2, b'e\0') + attribute(3, b'g\0') + attribute(9, field)
    yield 'info', b'0' + datagrams(message(1, info), answer())
    yield 'events', b'1' + datagrams(message(2, event), message(2, event) + ended)
    yield 'sessions', b'2' + datagrams(message(6, session), ended)
    yield 'session', b'3' + datagrams(message(6, session) + answer())
    yield 'subscribe', b'4' + datagrams(answer(-16, b'there are too many'))
    yield 'set', b'5' + datagrams(message(11, u32(37, 3)), answer())
    # What is too short stands at the end: behind it is nothing.
    yield 'short-number', b'0' + datagrams(message(1, attribute(5, b'')))
    yield 'short-bytes', b'3' + datagrams(message(6, attribute(3, b'short...')))
    yield 'notes', b'6' + datagrams(message(9, session), message(9, session))
    packets = trace_of(plain).streams[1]
    batch = u32(1, 7) + u64(2, 1) + attribute(4, packets[:88])
    last = u32(1, 7) + u64(2, 2) + attribute(3, b'') + attribute(4, packets[88:200])
    gap = u32(1, 7) + u64(2, 5) + attribute(4, packets[:88])
    for kind, name in (b'7', 'channel'), (b'8', 'viewer'):
        yield name, kind + datagrams(message(8, batch), message(8, last))
        yield name + '-gap', kind + datagrams(message(8, batch), message(8, gap), answer(-2))


SEEDS = {'conf': confs, 'directory': directories, 'metadata': metadatas, 'netlink': netlinks,
         'reply': replies, 'request': requests, 'state': states, 'text': texts, 'trace': streams}


def write_header(out):
    """A trace for targets that need one."""
    trace = trace_of(types)
    text = trace.metadata().replace('\\', '\\\\').replace('"', '\\"').splitlines()
    out.write('static const char fuzz_metadata[] __attribute__((unused)) =\n')
    out.write(''.join(f'"{line}\\n"\n' for line in text))
    out.write(';\nstatic const unsigned char fuzz_stream[] __attribute__((unused)) = {\n')
    out.write(','.join(str(byte) for byte in trace.stream) + '};\n')


def main():
    if sys.argv[1] == '--header':
        write_header(sys.stdout)
        return
    for target, make in SEEDS.items():
        folder = os.path.join(sys.argv[1], target)
        os.makedirs(folder, exist_ok=True)
        for name, data in make():
            with open(os.path.join(folder, name), 'wb') as file:
                file.write(data)


if __name__ == '__main__':
    main()
