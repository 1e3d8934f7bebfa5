#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Records migrations while tasks are woken and moved all the time and sessions come and go.

usage: sched.py load HOPS PLAN      tasks that move so often each, beside others that wake
                                    each other; sessions start, change, rotate, stop meanwhile
       sched.py judge TRACE PLAN    prints points

A task that goes where it is sent moves once for each time. And whoever is moved comes
from where it was moved to before: a record that is missing, or out of order, breaks that.
"""
import errno
import json
import os
import signal
import sys
import time

from check import check, same
from client import Client, session_attribute
from hostile import SMALL, wait_for

from judge import Stream

EVENT = 'sched_migrate_task'
OTHERS = 'block_bio_queue', 'pagecache_add'
HOPPERS, PAIRS = 4, 3
# Sessions that come and go, at least.
ROUNDS_MIN = 3


def child(action, *args):
    pid = os.fork()
    if not pid:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            action(*args)
        finally:
            os._exit(0)
    return pid


def hop(hops, start, others):
    # Who is still open on the other side keeps the pipe from its end.
    for fd in others:
        os.close(fd)
    os.sched_setaffinity(0, {0})
    os.read(start, 1)
    for number in range(hops):
        os.sched_setaffinity(0, {(number + 1) % 2})


def serve(wait, wake):
    """Wakes the other, waits for it; on whichever CPU the scheduler likes."""
    while os.read(wait, 1):
        os.write(wake, b'.')


def pair():
    (wait, wake), (back_wait, back_wake) = os.pipe(), os.pipe()
    pids = [child(serve, wait, back_wake), child(serve, back_wait, wake)]
    os.write(wake, b'.')
    for fd in wait, wake, back_wait, back_wake:
        os.close(fd)
    return pids


def patiently(client, *attrs, command='SESSION_SET', **keys):
    """Asks again while a change is under way, which comes about while batches are taken."""
    while True:
        try:
            return client.ask(command, *attrs, **keys)
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
        client.receive(wait=False)
        if client.batches:
            client.ack(client.batches[-1][0])
            client.batches = []
        time.sleep(0.01)


def session(number):
    """Starts, changes, rotates, ends."""
    client = Client()
    client.listen(client.subscribe(f'round{number}', EVENT, LINGER_MS=0, **SMALL))
    key = {'ID': client.session, 'TOKEN': client.token}
    client.ack(client.next_batches()[-1][0])
    for events in (EVENT, *OTHERS), OTHERS, (EVENT,):
        patiently(client, *(session_attribute('EVENT_NAME', event) for event in events), **key)
    patiently(client, command='ROTATE', **key)
    client.unsubscribe(client.session, TOKEN=client.token, FORCE=True)
    client.socket.close()
    wait_for(lambda: Client().info()['SESSIONS'] == 1)


def switches():
    with open('/proc/stat', encoding='ascii') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('ctxt '))


def load(hops, path):
    before, began = switches(), time.monotonic()
    wakers, hoppers, rounds = [], [], 0
    try:
        for _ in range(PAIRS):
            wakers += pair()
        start, go = os.pipe()
        for _ in range(HOPPERS):
            hoppers.append(child(hop, hops, start, [go]))
        os.close(go)
        left = set(hoppers)
        # Those that wake each other go on.
        while left or rounds < ROUNDS_MIN:
            session(rounds)
            rounds += 1
            left = {pid for pid in left if os.waitpid(pid, os.WNOHANG)[0] == 0}
    finally:
        for pid in wakers:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
    with open(path, 'w', encoding='ascii') as file:
        json.dump({'hops': hops, 'hoppers': hoppers, 'wakers': wakers, 'rounds': rounds,
                   'switches': switches() - before, 'seconds': time.monotonic() - began}, file)


def judge(path, plan):
    stream = Stream(path, crc=True)
    moves = {tid: [] for tid in plan['hoppers'] + plan['wakers']}
    others = 0
    for _, _, _, _, tid, _, origin, target, _ in stream.fixed(EVENT):
        others += tid not in moves
        moves.get(tid, []).append([origin, target])
    wanted = [[i % 2, (i + 1) % 2] for i in range(plan['hops'])]
    for tid in plan['hoppers']:
        same(moves[tid][-plan['hops']:], wanted, 'each move of a task that is sent is recorded')
    broken = [(tid, at) for tid, found in moves.items()
              for at in range(1, len(found)) if found[at][0] != found[at - 1][1]]
    same(broken, [], 'whoever is moved comes from where it was moved to before')
    same((stream.lost, stream.ended), (0, True), 'nothing is lost, and the trace has its end')
    check(plan['rounds'] >= ROUNDS_MIN, 'sessions start, change and stop meanwhile', plan['rounds'])
    woken = sum(len(moves[tid]) for tid in plan['wakers'])
    print(f'{plan["hops"]} moves of {HOPPERS} tasks, {woken} of those that wake each other, '
          f'{others} of others; {plan["switches"]} task switches in {plan["seconds"]:.0f} s; '
          f'{plan["rounds"]} sessions came and went')


def main(what, *args):
    if what == 'load':
        load(int(args[0]), args[1])
    else:
        with open(args[1], encoding='ascii') as file:
            judge(args[0], json.load(file))


if __name__ == '__main__':
    main(*sys.argv[1:])
