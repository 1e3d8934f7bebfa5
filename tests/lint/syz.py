#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Compares the syzkaller description of the family with the specification.

usage: syz.py SPEC DESCRIPTION

Knows of syzlang what the description uses. Says "ok NAME" or "not ok NAME # WHY".
"""
import re
import sys

import yaml

BITS = {'u32': 'int32', 'u64': 'int64'}


def constant(*names):
    return '_'.join(names).upper().replace('-', '_')


def wanted_type(spec, of, attribute):
    """The payload of an attribute as syzlang has it."""
    checks = attribute.get('checks', {})
    if attribute['type'] == 'flag':
        return 'void'
    if attribute['type'] == 'string':
        return f'string[{spec}_{of}_{attribute["name"].replace("-", "_")}]'
    if attribute['name'] == 'id':
        return f'{spec}_{of}_id'
    if 'max' in checks:
        return f'{BITS[attribute["type"]]}[{checks["min"]}:{checks["max"]}]'
    return BITS[attribute['type']]


def wanted_of(spec):
    """(constants, {command: its attributes, with payloads}) of the specification."""
    name, defines, calls = spec['name'], {}, {}
    sets = {s['name']: list(enumerate(s['attributes'], 1)) for s in spec['attribute-sets']}
    for number, op in enumerate(spec['operations']['list'], 1):
        if 'do' not in op and 'dump' not in op:
            continue
        command = constant(name, 'cmd', op['name'])
        defines[command], calls[command] = number, {}
        takes = op.get('do', {}).get('request', {}).get('attributes', [])
        for place, attribute in sets[op['attribute-set']]:
            if attribute['name'] in takes:
                key = constant(name, 'a', op['attribute-set'], attribute['name'])
                defines[key] = place
                calls[command][key] = wanted_type(name, op['attribute-set'], attribute)
    return defines, calls


def found_in(text, family):
    """The same of the description."""
    defines = {key: int(value, 0) for key, value in re.findall(r'^define (\w+)\t(\w+)$', text, re.M)}
    policies = {name: dict((key, kind) for label, key, kind in re.findall(
        r'^\t(\w+)\tnlattr\[(\w+), (.*)\]$', body, re.M) if label == key)
        for name, body in re.findall(r'^(\w+_policy) \[\n(.*?)^\] \[varlen\]$', text, re.M | re.S)}
    calls = {}
    for call, command, policy in re.findall(
            rf'^sendmsg\$(\w+)\(fd sock_nl_generic, msg ptr\[in, msghdr_{family}\[(\w+), (\w+)\]\], '
            r'f flags\[send_flags\]\)$', text, re.M):
        if call == command:
            calls[command] = policies.get(policy, {})
    return defines, calls


def same(got, wanted, name):
    differ = sorted(key for key in set(got) | set(wanted) if got.get(key) != wanted.get(key))
    what = [(key, got.get(key), wanted.get(key)) for key in differ][:3]
    print(f'not ok {name} # {what}' if differ else f'ok {name}')
    return not differ


def main(spec_path, path):
    with open(spec_path, encoding='utf-8') as file:
        spec = yaml.safe_load(file)
    with open(path, encoding='utf-8') as file:
        text = file.read()
    defines, calls = found_in(text, spec['name'])
    wanted_defines, wanted_calls = wanted_of(spec)
    good = same(defines, wanted_defines, 'its numbers are those of the specification')
    good &= same(calls, wanted_calls,
                 'each command is described with what it takes, by type and range')
    named = re.findall(r'^syz_genetlink_get_family_id\$(\w+)\(name ptr\[in, string\["(\w+)"\]\]', text,
                       re.M)
    good &= same(dict(named), {spec['name']: spec['name']}, 'the family is found by its name')
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
