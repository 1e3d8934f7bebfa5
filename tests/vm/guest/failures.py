#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Each allocation that a request makes fails once: the request is refused, or done.

usage: failures.py requests      prints points; clbench_fail and clbench_load are loaded
       failures.py load FILE     the same of loading the module; only clbench_fail is loaded

Two means, where the kernel has them: clbench_fail, for what is allocated while the
request is served; and the kernel's own fault injection, for all that the system calls
of the request allocate. Both tell who asked for what was refused, and that is listed.
"""
import collections
import ctypes
import errno
import os
import re
import sys
import time

from check import PATIENCE, check
from client import NUMBERS, Client, command, session_attribute
from hostile import SMALL, number_of_sessions, outcome, wait_for

CONTROL = '/sys/kernel/debug/clbench_fail/control'
EVENT = 'clbench_load_seq'      # in all contexts
# More are made by no request; without an end something is wrong.
MOST = 3000
# Who allocates for others, and what looks on.
FOR_OTHERS = re.compile(
    r'(__)?(k[vmz]?alloc|kmem|alloc_|slab|should_fail|__should|pcpu_|fault_|fail_|dump_stack|'
    r'stack_trace|arch_stack|on_point|kprobe|ftrace_|aggr_pre|__kmem|__alloc|get_page_from|'
    r'kvmalloc|krealloc|kmemdup|kstrdup|create_object|kmemleak|asm_exc|exc_|do_int3|'
    r'debug_object|vmalloc|__vmalloc|kthread_create|stack_depot|kasan|__kasan|mempool|0x)')


def site(trace):
    """Of callers, innermost first, the one that is told: ours, and what it called; or the
    first that is none of those who allocate for others."""
    for i, caller in enumerate(trace):
        if '[clbench]' in caller:
            return f'{caller} {trace[i - 1].split("+")[0]}' if i else caller
    last = max((i for i, caller in enumerate(trace) if FOR_OTHERS.match(caller)), default=-1)
    return (trace[last + 1:] or ['?'])[0]


def order(line):
    with open(CONTROL, 'w', encoding='ascii') as file:
        file.write(line)


def told():
    with open(CONTROL, encoding='ascii') as file:
        return dict(line.rstrip('\n').split(' ', 1) for line in file)


class Probes:
    """clbench_fail."""
    name = 'clbench_fail'

    @staticmethod
    def begin(n):
        order(f'request {os.getpid()} {n}')

    @staticmethod
    def end():
        """Who asked for what was refused, or None."""
        order('off')
        found = told()
        return site(found['trace'].split(', ')) if found['failed'] != '0' else None


class Faults:
    """The kernel's own fault injection, which leaves traces in the log; see run."""
    name = 'fault injection'
    FOLDERS = '/sys/kernel/debug/failslab', '/sys/kernel/debug/fail_page_alloc'

    def __init__(self):
        for path, value in ((f'{self.FOLDERS[0]}/ignore-gfp-wait', 'N'),
                            (f'{self.FOLDERS[1]}/ignore-gfp-wait', 'N'),
                            (f'{self.FOLDERS[1]}/min-order', '0')):
            with open(path, 'w', encoding='ascii') as file:
                file.write(value)
        self.nth = os.open('/proc/thread-self/fail-nth', os.O_RDWR)
        self.log = os.open('/dev/kmsg', os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.log, 0, os.SEEK_END)

    @classmethod
    def are_there(cls):
        return all(map(os.path.isdir, cls.FOLDERS))

    def begin(self, n):
        os.pwrite(self.nth, str(n).encode(), 0)

    def end(self):
        hit = int(os.pread(self.nth, 16, 0)) == 0
        os.pwrite(self.nth, b'0', 0)
        trace, inside = [], False
        while True:
            try:
                line = os.read(self.log, 8192).decode(errors='replace')
            except BlockingIOError:
                break
            except BrokenPipeError:
                continue
            text = line.split(';', 1)[1].split('\n', 1)[0].strip()
            if text == 'FAULT_INJECTION: forcing a failure.':
                trace, inside = [], False
            elif text in ('<TASK>', '</TASK>'):
                inside = text == '<TASK>'
            elif inside and '+0x' in text and not text.startswith(('?', 'R', 'Code')):
                trace.append(text)
        return site(trace) if hit else None


class Hasty(Client):
    """Takes for granted that an answer which was dropped is told by ENOBUFS."""

    def __init__(self):
        super().__init__()
        self.socket.settimeout(5 * PATIENCE)

    def overflow(self):
        raise OSError(errno.ENOBUFS, 'an answer was dropped')


def attempt(action, client):
    try:
        return outcome(action, client)
    except MemoryError:
        return 'ENOMEM', 'the process itself has none'


class Failures:
    """Points of requests whose Nth allocation fails by one of the means."""

    def __init__(self, means):
        self.means, self.total, self.sites = means, 0, set()

    def fair(self, got, who):
        """Page faults of the process itself end a system call in a way of their own."""
        return (got in ('ENOMEM', 'ENOBUFS', 'done') or
                got == 'EFAULT' and who and '[clbench]' not in who)

    def each(self, name, action, prepare=lambda: None, tidy=lambda client: None,
             connect=Hasty):
        results, sites, n = collections.Counter(), collections.Counter(), 0
        who, unfair = '', False
        while who is not None and n < MOST:
            n += 1
            prepare()
            client = connect()
            self.means.begin(n)
            got, why = attempt(action, client)
            who = self.means.end()
            if who is not None:
                results[got] += 1
                sites[who] += 1
            if not self.fair(got, who) or who is None and got != 'done':
                unfair = True
                check(False, f'{name}: allocation {n} fails', got, why, who)
            if client:
                client.socket.close()
            tidy(client)
        check(n > 1, f'{name}: allocations can fail', n)
        check(not unfair and n < MOST, f'{name}: without memory it is refused, or done', n)
        print(f'{name}: {n - 1} allocations, {dict(results)}, at {len(sites)} sites:')
        for who, times in sites.items():
            print(f'    {times} {who}')
        self.total += n - 1
        self.sites.update(sites)


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


def requests(failures):
    number = iter(range(1, 1 << 20))
    each = failures.each
    each('subscribe', lambda client: client.subscribe(
        f'f{next(number)}', EVENT, LINGER_MS=0, **SMALL), tidy=few_sessions)
    check(wait_for(lambda: not number_of_sessions()), 'subscribe: no session is left')
    owner = Client()
    session = owner.subscribe('asked', EVENT, LINGER_MS=0, **SMALL)['ID']
    wait_for(lambda: owner.get(session)['STATE'] == NUMBERS['CLBENCH_STATE_RECORDING'])
    each('info-get', lambda client: client.info())
    each('session-get', lambda client: client.get(session))
    each('session-get dump', lambda client: client.sessions())
    each('event-get dump', lambda client: client.request(
        client.number, command('EVENT_GET'), dump=True))
    each('mark', lambda client: client.ask(
        'MARK', (NUMBERS['CLBENCH_A_MARK_TEXT'], 'without memory')))
    each('ack', lambda client: client.ack(0, session, TOKEN=owner.token))
    owner.socket.close()

    orphan, alone = orphans()
    each('attach', lambda client: client.attach(orphan, 0), tidy=alone)
    ended = []

    def another():
        few_sessions()
        ended.append(Client())
        ended[-1].subscribe(f'u{len(ended)}', EVENT, LINGER_MS=0, **SMALL)
    each('unsubscribe', lambda client: client.unsubscribe(
        ended[-1].session, TOKEN=ended[-1].token, FORCE=True), prepare=another)

    def recording():
        few_sessions()
        ended.append(Client())
        ended[-1].subscribe(f's{len(ended)}', EVENT, LINGER_MS=0, **SMALL)
        wait_for(lambda: ended[-1].get(ended[-1].session)['STATE'] ==
                 NUMBERS['CLBENCH_STATE_RECORDING'])
    refused, changed = [], []

    def change(client):
        try:
            client.ask('SESSION_SET', *(session_attribute('EVENT_NAME', event) for event in
                                        (EVENT, 'clbench_load_seq', 'sched_migrate_task')),
                       ID=ended[-1].session, TOKEN=ended[-1].token)
        except OSError as error:
            # Of an answer that was dropped one knows nothing.
            refused.append(error.errno == errno.ENOMEM)
            raise

    def look(client):
        if any(refused):
            # It would take a grace period.
            time.sleep(0.2 * PATIENCE)
            changed.append(ended[-1].get(ended[-1].session)['CHANGED'])
        refused.clear()
        ended[-1].socket.close()
    each('session-set', change, prepare=recording, tidy=look)
    check(changed and not any(changed), 'session-set: what is refused is not carried out', changed)
    each('rotate', lambda client: client.ask(
        'ROTATE', ID=ended[-1].session, TOKEN=ended[-1].token), prepare=recording,
        tidy=lambda client: ended[-1].socket.close())
    for client in ended:
        client.socket.close()
    check(end_all(), 'all sessions end')


def load(failures, path):
    libc = ctypes.CDLL(None, use_errno=True)

    def call(number, *args):
        if libc.syscall(number, *args):
            raise OSError(ctypes.get_errno(), 'refused')

    def insert(_):
        call(313, fd, b'', 0)       # finit_module

    def remove(_):
        # What could not be loaded is not there; what could has not been used.
        if os.path.isdir('/sys/module/clbench'):
            call(176, b'clbench', os.O_NONBLOCK)
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    failures.each('load', insert, tidy=remove, connect=lambda: None)
    os.close(fd)


def main(what, *args):
    for means in (Probes(), *([Faults()] if Faults.are_there() else [])):
        start = time.monotonic()
        failures = Failures(means)
        {'requests': requests, 'load': load}[what](failures, *args)
        print(f'{means.name}: {failures.total} allocations failed, at {len(failures.sites)} '
              f'sites, {time.monotonic() - start:.0f} s; {told()["points"]}')


if __name__ == '__main__':
    main(*sys.argv[1:])
