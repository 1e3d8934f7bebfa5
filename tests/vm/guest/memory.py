#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Is the memory of the module's sessions back where it was?

usage: memory.py note FILE              keeps what is in use, without a session
       memory.py back FILE OPERATIONS   points: no more is than was noted before that many
                                        operations, each of which might have left something
"""
import json
import os
import re
import sys
import time

from check import PATIENCE, check, same
from client import Client

# What other parts of the kernel may have taken meanwhile; one with kmemleak and KASAN
# keeps more about what was freed long ago, and leaks.py is exact there.
NOISE_OBJECTS = 250
NOISE_KIB = (8 if os.path.exists('/sys/kernel/debug/kmemleak') else 2) << 10
SLAB = '/sys/kernel/slab'


def write(path, text):
    with open(path, 'w', encoding='ascii') as file:
        file.write(text)


def caches():
    """{name: objects in use} of what kmalloc() gives, exactly."""
    for name in os.listdir(SLAB) if os.path.isdir(SLAB) else []:
        if 'kmalloc' in name or name == 'sock_inode_cache':
            write(f'{SLAB}/{name}/shrink', '1')
    with open('/proc/slabinfo', encoding='ascii') as file:
        return {words[0]: int(words[1]) for words in map(str.split, file)
                if words[0].startswith(('kmalloc-', 'skbuff_', 'sock_inode_cache'))}


def pages_kib():
    """{what: KiB}: of percpu memory, and of pages that nothing else accounts for."""
    write('/proc/sys/vm/drop_caches', '3')
    write('/proc/sys/vm/compact_memory', '1')
    with open('/proc/meminfo', encoding='ascii') as file:
        info = {key: int(value) for key, value in re.findall(r'^(\w+): +(\d+)', file.read(), re.M)}
    with open('/proc/zoneinfo', encoding='ascii') as file:
        # Free, too, but each CPU's own.
        info['Pagesets'] = sum(map(int, re.findall(r'^ +count: +(\d+)', file.read(), re.M))) * 4
    known = ('MemFree', 'Pagesets', 'Buffers', 'Cached', 'SwapCached', 'AnonPages', 'Slab',
             'KernelStack', 'PageTables', 'Percpu', 'VmallocUsed')
    return {'percpu': info['Percpu'],
            'pages': info['MemTotal'] - sum(info.get(name, 0) for name in known)}


def vmallocs():
    """Areas that the module has asked for; what it is loaded into is none of them."""
    with open('/proc/vmallocinfo', encoding='ascii') as file:
        return [line.strip() for line in file if '[clbench]' in line]


def threads():
    names = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open(f'/proc/{pid}/comm', encoding='utf-8', errors='replace') as file:
                names.append(file.read().strip())
        except OSError:
            continue
    return [name for name in names if name.startswith(('clb/', 'clbr/'))]


def now():
    os.sync()
    return {'caches': caches(), 'pages': pages_kib()}


def back(path, operations):
    client = Client()
    end = time.monotonic() + 30 * PATIENCE
    while (client.info()['SESSIONS'] or threads()) and time.monotonic() < end:
        time.sleep(0.1)
    info = client.info()
    same([info['SESSIONS'], info['MEM_USED'], vmallocs(), threads()], [0, 0, [], []],
         'no session, no memory, no thread is left')
    with open(path, encoding='ascii') as file:
        before = json.load(file)
    allowed = max(NOISE_OBJECTS, operations // 2)
    while True:
        # What is freed after a grace period, or by a work item, needs its time.
        after = now()
        grown = {name: number - before['caches'].get(name, 0)
                 for name, number in after['caches'].items()}
        pages = {name: kib - before['pages'][name] for name, kib in after['pages'].items()}
        more = {name: n for name, n in grown.items() if n > allowed}
        if not more and max(pages.values()) <= NOISE_KIB or time.monotonic() > end:
            break
        time.sleep(1)
    same(more, {}, 'the slab has its objects back')
    check(max(pages.values()) <= NOISE_KIB, 'pages and percpu memory are back, too', pages)
    print(f'{operations} operations, most objects more: {max(grown.values())}, KiB more: {pages}')


def main(what, path, operations='0'):
    if what == 'note':
        with open(path, 'w', encoding='ascii') as file:
            json.dump(now(), file)
    else:
        back(path, int(operations))


if __name__ == '__main__':
    main(*sys.argv[1:])
