#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Each allocation that a request makes fails once: the request is refused, or done.

usage: failures.py               prints points; clbench_fail and clbench_load are loaded
"""
import collections
import errno
import os
import time

from check import check, same
from client import NUMBERS, Client, command, session_attribute
from hostile import SMALL, number_of_sessions, outcome, wait_for

CONTROL = '/sys/kernel/debug/clbench_fail/control'
EVENT = 'clbench_load_seq'      # in all contexts
# More are made by no request; without an end something is wrong.
MOST = 1000


def order(line):
    with open(CONTROL, 'w', encoding='ascii') as file:
        file.write(line)


def told():
    with open(CONTROL, encoding='ascii') as file:
        return dict(line.rstrip('\n').split(' ', 1) for line in file)


class Hasty(Client):
    """Takes for granted that an answer which was dropped is told by ENOBUFS."""

    def __init__(self):
        super().__init__()
        self.socket.settimeout(5)

    def overflow(self):
        raise OSError(errno.ENOBUFS, 'an answer was dropped')


def each(name, action, prepare=lambda: None, tidy=lambda client: None):
    """Points of a request whose Nth allocation fails, for each N there is."""
    results, hit, n = collections.Counter(), True, 0
    while hit and n < MOST:
        n += 1
        prepare()
        client = Hasty()
        order(f'request {os.getpid()} {n}')
        got, why = outcome(action, client)
        order('off')
        hit = told()['failed'] != '0'
        results[got] += hit
        if got not in ('ENOMEM', 'ENOBUFS', 'done') or not hit and got != 'done':
            check(False, f'{name}: allocation {n} fails', got, why)
        client.socket.close()
        tidy(client)
    check(n > 1, f'{name}: allocations can fail', n)
    same(set(results) - {'ENOMEM', 'ENOBUFS', 'done'}, set(),
         f'{name}: without memory it is refused, or done')
    print(f'{name}: {n - 1} allocations, {dict(results)}')
    return n - 1


def few_sessions(client=None):
    wait_for(lambda: number_of_sessions() < 8)


def end_all():
    control = Client()
    for session in control.sessions():
        outcome(control.unsubscribe, session['ID'], FORCE=True)
    return wait_for(lambda: not number_of_sessions())


def orphans():
    """One orphan, and a wait until it is one again."""
    owner = Client()
    session = owner.subscribe('orphan', EVENT, LINGER_MS=600000, **SMALL)['ID']
    owner.socket.close()
    control = Client()

    def alone(client=None):
        wait_for(lambda: 'LINGER_LEFT_MS' in control.get(session))
    alone()
    return session, alone


def main():
    number = iter(range(1, 1 << 20))
    start = time.monotonic()
    total = each('subscribe', lambda client: client.subscribe(
        f'f{next(number)}', EVENT, LINGER_MS=0, **SMALL), tidy=few_sessions)
    check(wait_for(lambda: not number_of_sessions()), 'subscribe: no session is left')
    owner = Client()
    session = owner.subscribe('asked', EVENT, LINGER_MS=0, **SMALL)['ID']
    wait_for(lambda: owner.get(session)['STATE'] == NUMBERS['CLBENCH_STATE_RECORDING'])
    total += each('info-get', lambda client: client.info())
    total += each('session-get', lambda client: client.get(session))
    total += each('session-get dump', lambda client: client.sessions())
    total += each('event-get dump', lambda client: client.request(
        client.number, command('EVENT_GET'), dump=True))
    total += each('mark', lambda client: client.ask(
        'MARK', (NUMBERS['CLBENCH_A_MARK_TEXT'], 'without memory')))
    total += each('ack', lambda client: client.ack(0, session, TOKEN=owner.token))
    owner.socket.close()

    orphan, alone = orphans()
    total += each('attach', lambda client: client.attach(orphan, 0), tidy=alone)
    ended = []

    def another():
        few_sessions()
        ended.append(Client())
        ended[-1].subscribe(f'u{len(ended)}', EVENT, LINGER_MS=0, **SMALL)
    total += each('unsubscribe', lambda client: client.unsubscribe(
        ended[-1].session, TOKEN=ended[-1].token, FORCE=True), prepare=another)

    def recording():
        few_sessions()
        ended.append(Client())
        ended[-1].subscribe(f's{len(ended)}', EVENT, LINGER_MS=0, **SMALL)
        wait_for(lambda: ended[-1].get(ended[-1].session)['STATE'] ==
                 NUMBERS['CLBENCH_STATE_RECORDING'])
    total += each('session-set', lambda client: client.ask(
        'SESSION_SET', *(session_attribute('EVENT_NAME', event) for event in
                         (EVENT, 'clbench_load_seq', 'sched_migrate_task')),
        ID=ended[-1].session, TOKEN=ended[-1].token), prepare=recording,
        tidy=lambda client: ended[-1].socket.close())
    total += each('rotate', lambda client: client.ask(
        'ROTATE', ID=ended[-1].session, TOKEN=ended[-1].token), prepare=recording,
        tidy=lambda client: ended[-1].socket.close())
    for client in ended:
        client.socket.close()
    check(end_all(), 'all sessions end')
    print(f'{total} allocations failed, {time.monotonic() - start:.0f} s; {told()["points"]}')


if __name__ == '__main__':
    main()
