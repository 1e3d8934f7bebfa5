#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What is not granted: a session more than there are groups, a buffer that is too small.

usage: limits.py groups LINGER_MS     opens sessions g1, g2, ... until none is granted, says
                                      "opened N ERRNO WHY" and stays
       limits.py buffer               points: how small a receive buffer may be
       limits.py widen                points: a change that needs more lists than mem-max allows
       limits.py rotate               points: many requests for one chunk
       limits.py drain                ends a session and never takes its last batches
"""
import errno
import signal
import sys
import time

from check import PATIENCE, same
from client import Client, decode, session_attribute
from hostile import SMALL, begin, refused

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


def widen():
    """Lists for interrupts are refused; what needs none is not, then or later."""
    client, _ = begin('widen', 'pagecache_add', NODE_NR_COMPOSED=2048, MEM_MAX=16 << 20,
                      LINGER_MS=0)
    control = Client()

    def change(*events, **limits):
        answer, = control.ask('SESSION_SET', *(session_attribute('EVENT_NAME', event)
                              for event in events), ID=client.session, TOKEN=client.token, **limits)
        number = decode('CLBENCH_A_SESSION_', answer)['CHANGE']
        while control.get(client.session)['CHANGED'] != number:
            time.sleep(0.02)
        return control.get(client.session)

    room = change('pagecache_add')['MEM_NOW'] + 3 * TRUESIZE
    change(MEM_MAX=room)
    wide = change('pagecache_add', 'sched_migrate_task')
    same(wide.get('CHANGE_ERROR'), errno.ENOMEM,
         'an event of further contexts is refused at mem-max')
    less = change('pagecache_add')
    same(less.get('CHANGE_ERROR'), None, 'what the session has can be asked for all the same')
    more = change('pagecache_add', 'pagecache_delete')
    same(more.get('CHANGE_ERROR'), None, 'and others that need no further lists')
    wide = change('pagecache_add', 'sched_migrate_task', MEM_MAX=16 << 20)
    same(wide.get('CHANGE_ERROR'), None, 'and all of them when it may have more')


def rotate():
    """Many ask for the next chunk at once, and as soon as it is there for another."""
    client, _ = begin('rotate', LINGER_MS=0)
    control = Client()

    def ask():
        answer, = control.ask('ROTATE', ID=client.session, TOKEN=client.token)
        return decode('CLBENCH_A_SESSION_', answer)['CHUNK']

    def chunk():
        client.receive(wait=False)
        if client.batches:
            client.ack(client.batches[-1][0])
            client.batches = []
        return control.get(client.session)['CHUNK']

    asked = []
    for _ in range(5):
        asked += [ask() for _ in range(3)]
        # At once: the seam is not over yet.
        end = time.monotonic() + 20 * PATIENCE
        while chunk() < asked[-1] and time.monotonic() < end:
            pass
    # A further seam would be announced by now, and over.
    time.sleep(PATIENCE)
    same((asked[0], chunk() - asked[-1]), (2, 0),
         'each who asks for the next chunk gets it, and nobody another one')
    print(f'asked for {asked}')


def drain():
    client = Client()
    client.listen(client.subscribe('drain', 'sched_migrate_task', LINGER_MS=0))
    client.next_batches()
    client.unsubscribe()
    signal.pause()


if __name__ == '__main__':
    {'groups': groups, 'buffer': buffer, 'widen': widen, 'rotate': rotate,
     'drain': drain}[sys.argv[1]](*sys.argv[2:])
