#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What is not granted: a session more than there are groups, a buffer that is too small.

usage: limits.py groups LINGER_MS     opens sessions g1, g2, ... until none is granted, says
                                      "opened N ERRNO WHY" and stays
       limits.py buffer               points: how small a receive buffer may be
       limits.py drain                ends a session and never takes its last batches
"""
import errno
import signal
import sys

from check import same
from client import Client
from hostile import SMALL, refused

EVENT = 'clbench_load_seq'
TRUESIZE = 66560                # of a batch, as clbench charges it


def groups(linger):
    opened = []
    while True:
        client = Client()
        try:
            client.subscribe(f'g{len(opened) + 1}', EVENT, LINGER_MS=int(linger),
                             **{**SMALL, 'NODE_NR_COMPOSED': 64})
        except OSError as error:
            print('opened', len(opened), errno.errorcode[error.errno], error.strerror, flush=True)
            break
        opened.append(client)
    signal.pause()


def buffer():
    client = Client(2 * TRUESIZE - 2)
    refused('a receive buffer for less than two batches is refused', 'ENOBUFS',
            'receive buffer holds less than two batches; raise it to 130 KiB', client.subscribe,
            'small', EVENT)
    client.receive_buffer(2 * TRUESIZE)
    same(client.subscribe('small', EVENT, LINGER_MS=0)['WINDOW'], 2, 'for two it is granted')
    client.receive_buffer(9 * TRUESIZE + 10)
    same(client.subscribe('nine', EVENT, LINGER_MS=0)['WINDOW'], 9,
         'the window is what fits the buffer')
    same(client.subscribe('five', EVENT, LINGER_MS=0, WINDOW=5)['WINDOW'], 5,
         'or less, if that is asked for')


def drain():
    client = Client()
    client.listen(client.subscribe('drain', 'sched_migrate_task', LINGER_MS=0))
    client.next_batches()
    client.unsubscribe()
    signal.pause()


if __name__ == '__main__':
    {'groups': groups, 'buffer': buffer, 'drain': drain}[sys.argv[1]](*sys.argv[2:])
