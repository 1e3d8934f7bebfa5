#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Is there memory that nobody can reach any more and that clbench's modules asked for?

usage: leaks.py     prints points; unloads the modules. For kernels with kmemleak.
"""
import bisect
import os
import re
import subprocess
import time

from check import check, same

KMEMLEAK = '/sys/kernel/debug/kmemleak'
# In the order in which they can go.
MODULES = 'clbench_example', 'clbench_load', 'clbench_fail', 'clbench'
# Younger objects are not reported: whoever asked for them may not have kept them yet.
AGE_S = 6


def symbols():
    """[(address, name)] of what is in modules, sorted."""
    with open('/proc/kallsyms', encoding='ascii') as file:
        lines = [line.split() for line in file]
    return sorted((int(words[0], 16), ' '.join(words[2:])) for words in lines
                  if len(words) > 3 and words[3].startswith('[clbench'))


def scan():
    with open(KMEMLEAK, 'w', encoding='ascii') as file:
        file.write('scan')


def ours(known):
    """Reports in whose backtrace there is a module, with its functions by name.

    Whoever has none may be ours, too.
    """
    addresses = [address for address, _ in known]

    def name(match):
        at = bisect.bisect(addresses, int(match[0], 16)) - 1
        # A module is no larger than that.
        if at < 0 or int(match[0], 16) - addresses[at] > 1 << 16:
            return match[0]
        return f'{known[at][1]}+{int(match[0], 16) - addresses[at]:#x}'
    with open(KMEMLEAK, encoding='ascii', errors='replace') as file:
        reports = re.split(r'^(?=unreferenced object)', file.read(), flags=re.M)
    found = []
    for report in reports:
        what, has_trace, trace = report.partition('backtrace')
        trace = re.sub(r'0x[0-9a-f]{8,16}', name, trace)
        # All modules of these kernels are ours, also those that went earlier.
        if has_trace and ('\n' not in trace.strip() or
                          re.search(r'\[clbench|\] 0xffffffff[ac]', trace)):
            found.append(what + has_trace + trace)
    return found


def main():
    known = symbols()
    for module in MODULES:
        if os.path.isdir(f'/sys/module/{module}'):
            known = known or symbols()
            subprocess.run(['rmmod', module], check=False)
    same([module for module in MODULES if os.path.isdir(f'/sys/module/{module}')], [],
         'kmemleak: all modules go')
    end, scans = time.monotonic() + AGE_S, 0
    # What was changed since the last time is looked at once more.
    while scans < 2 or time.monotonic() < end:
        scan()
        scans += 1
    scan()
    found = ours(known)
    for report in found:
        print(report.rstrip())
    check(not found, f'kmemleak: no memory of {len(known)} functions and variables is out of reach',
          len(found))


if __name__ == '__main__':
    main()
