#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A recording beside the fuzzer is complete; what of the module the fuzzer has reached.

usage: fuzz_genl.py FOLDER
"""
import os
import re
import subprocess
import sys
from collections import defaultdict

from conservation import phase
from recording import check, same

# Of netlink.c, what no sender runs: the session's thread does, or its start and end.
ELSEWHERE = {'clb_netlink_batch', 'clb_netlink_session_send', 'clb_netlink_exit',
             'clb_netlink_init'}


def tool(*args, **keys):
    return subprocess.run(args, check=True, stdout=subprocess.PIPE, encoding='utf-8', **keys).stdout


class Module:
    """Functions of the sections .text*, and the places in them that kcov is told of."""

    def __init__(self, path):
        sections = {number: name for number, name in re.findall(
            r'\[ *(\d+)\] (\.text\S*) +PROGBITS', tool('readelf', '-SW', path))}
        self.functions = sorted(
            (sections[number], int(value, 16), int(size, 0), name) for value, size, number, name in
            re.findall(r': ([0-9a-f]+) +(\w+) FUNC +\w+ +\w+ +(\d+) (\S+)',
                       tool('readelf', '-sW', path)) if number in sections)
        self.places, section = set(), None
        for line in tool('readelf', '-rW', path).splitlines():
            if line.startswith('Relocation section'):
                section = re.search(r"'\.rela(.*?)'", line)[1]
            elif '__sanitizer_cov_trace_pc' in line and section in sections.values():
                # The call's address follows it: the reloc is in its last four bytes.
                self.places.add((section, int(line.split()[0], 16) + 4))
        self.files = {}
        for section in set(sections.values()):
            of = [f for f in self.functions if f[0] == section]
            told = tool('addr2line', '-e', path, '-j', section,
                        input='\n'.join(hex(f[1]) for f in of)).splitlines()
            self.files.update((f[3], os.path.basename(line.split(':')[0]))
                              for f, line in zip(of, told))

    def function(self, section, at):
        for of, start, size, name in self.functions:
            if of == section and start <= at < start + size:
                return name
        return None


def reached(folder, places):
    """The places that were reached, as (section, offset)."""
    with open(os.path.join(folder, 'sections'), encoding='ascii') as file:
        starts = {name: int(at, 16) for name, at in (line.split() for line in file)}
    by_address = {starts[section] - starts['.text'] + at: (section, at) for section, at in places
                  if section in starts}
    found = set()
    for part in 'beside', 'unload':
        with open(os.path.join(folder, 'reached-' + part), encoding='ascii') as file:
            found |= {by_address[int(line)] for line in file if int(line) in by_address}
    return found


def coverage(folder):
    module = Module(os.path.join(folder, 'clbench.ko'))
    if not module.places:
        print('the kernel has no kcov: the fuzzer was guided by answers alone')
        return
    found = reached(folder, module.places)
    all_of, some_of = defaultdict(set), defaultdict(set)
    for place in module.places:
        all_of[module.function(*place)].add(place)
    for place in found:
        some_of[module.function(*place)].add(place)
    print(f'{len(found)} of {len(module.places)} places were reached, '
          f'in {len(some_of)} of {len(all_of)} functions')
    for name in sorted(set(module.files.values())):
        of = [f for f in all_of if module.files.get(f) == name]
        never = sorted(f for f in of if f not in some_of)
        print(f'{name}: {sum(len(some_of[f]) for f in of)} of {sum(len(all_of[f]) for f in of)} '
              f'places; never: {" ".join(never) or "-"}')
    same(sorted(f for f in all_of if module.files.get(f) == 'netlink.c' and f not in some_of
                and f not in ELSEWHERE), [], 'every function of netlink.c that a sender runs is reached')
    check(len(found) > 100, 'the fuzzer is guided by what it reaches', len(found))


def main(folder):
    same(phase(folder, 'fuzzed'), 0.0, 'fuzzed: nothing is lost')
    coverage(folder)


if __name__ == '__main__':
    main(sys.argv[1])
