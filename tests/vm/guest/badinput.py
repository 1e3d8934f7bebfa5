#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Points about what record --json told, and makes traces that are none.

usage: badinput.py json FILE COMMAND_STATUS     it has the keys of the contract
       badinput.py lost FILE                    it tells of a loss
       badinput.py records TRACE                the number of records, cut off or not
       badinput.py foreign DIR                  a trace of another tracer
       badinput.py random DIR                   bytes
"""
import json
import os
import random
import sys

from check import check, same

from judge import Stream, Violation

KEYS = {'schema', 'dir', 'session', 'uuid', 'complete', 'duration_ns', 'command_status', 'bytes',
        'batches', 'drained', 'events', 'total', 'memory', 'advice'}
COUNTS = {'attempted', 'delivered', 'discarded', 'excluded', 'filtered'}
CAUSES = {'full_cap', 'full_refill', 'nested', 'oversize', 'no_memory', 'no_rcu', 'overwritten',
          'abandoned'}
FOREIGN = '''/* CTF 1.8 */
typealias integer { size = 8; align = 8; signed = false; } := uint8_t;
trace {
	major = 1;
	minor = 8;
	uuid = "2a6422d0-6cee-11e0-8c08-cb07d7b3a564";
	byte_order = le;
	packet.header := struct {
		uint8_t uuid[16];
	};
};
env {
	domain = "kernel";
	tracer_name = "lttng-modules";
};
'''


def load(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    return text, json.loads(text)


def numbers(value):
    """All values that look like numbers but are strings."""
    if isinstance(value, dict):
        return [one for part in value.values() for one in numbers(part)]
    return [value] if isinstance(value, str) and value.isdigit() else []


def judge_json(path, status):
    text, told = load(path)
    check(text.endswith('}\n') and text.count('\n') == 1, 'the JSON is one line', text[-20:])
    same(KEYS - set(told), set(), 'the JSON has its keys')
    same(told['schema'], 1, 'the schema is 1')
    same(told['command_status'], json.loads(status), "COMMAND's status is in it")
    same([name for name, counts in [*told['events'].items(), ('total', told['total'])]
          if COUNTS - set(counts) or CAUSES - set(counts['discarded'])], [],
         'each event and the total have their counts')
    same({'high_bytes', 'max_bytes'} - set(told['memory']), set(), 'memory has its keys')
    same(numbers(told), [], 'integers are no strings')


def judge_lost(path):
    _, told = load(path)
    total = told['total']
    lost = sum(total['discarded'].values())
    check(lost and not told['complete'], 'a loss is told and called incomplete', told)
    same(total['attempted'], total['delivered'] + lost, 'attempted = delivered + discarded')
    check('--mem-max' in (told['advice'] or ''), 'the advice names the option that was short',
          told['advice'], total)


def records(path):
    """What is in front of the damage; the judge counts while it reads."""
    stream = Stream(path, crc=True)
    number = 0
    try:
        for number, _ in enumerate(stream.records(), 1):
            pass
    except Violation as violation:
        print(violation, file=sys.stderr)
    print(number)


def write(folder, metadata, stream):
    os.mkdir(folder)
    for name, data in ('metadata', metadata), ('stream', stream):
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(data)


def main(what, *args):
    if what == 'foreign':
        write(args[0], FOREIGN.encode(), bytes(4096))
    elif what == 'random':
        source = random.Random(1)
        write(args[0], source.randbytes(5000), source.randbytes(100000))
    else:
        {'json': judge_json, 'lost': judge_lost, 'records': records}[what](*args)


if __name__ == '__main__':
    main(*sys.argv[1:])
