#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What the module refuses to whom, asked past clbench-ctl.

usage: rights.py refused HEADER WHO [COMMAND...]  refuses all requests (or these) to WHO, dumps too
       rights.py join WHO                       lets WHO join no group
       rights.py borrowed HEADER                a socket alone gives no rights, nor takes them away
       rights.py family                         prints the family's id and its groups' ids
       rights.py listen HEADER GO STOP FAMILY GROUP...
                                                as a stranger in another network namespace:
                                                joins, makes GO, prints points once STOP is there
       rights.py hear GO STOP                   the same as root, who must hear something
       rights.py early GO STOP                  as a stranger, before the module is loaded: joins
                                                all numbers, makes GO, prints points once STOP is
                                                there, and the module
       rights.py siege GO STOP GROUP...
                                                as a plain user, while the module is loaded:
                                                joins the groups that it had before again and
                                                again, begins a dump of its policy, and reads on
                                                once STOP is there
"""
import errno
import os
import select
import sys
import time

from check import check, same
from netlink import MESSAGE, Netlink, attach_filter, numbers

NOBODY = 65534
# Numbers of groups: more than generic netlink has here.
NUMBERS = 1024
# Since then the module asks at each delivery, too.
ASKS = 6, 8
NAMES = 'INFO_GET', 'EVENT_GET', 'SESSION_GET', 'MARK', 'SUBSCRIBE', 'ACK', 'UNSUBSCRIBE'


def outcome(action, *args, **options):
    """The name of the errno, or 'done'."""
    try:
        action(*args, **options)
    except OSError as error:
        return errno.errorcode[error.errno]
    return 'done'


def requests(header):
    """{name: (command, attributes, dump)}: each would work if root sent it."""
    n = numbers(header)
    session = 1 << 30
    return {
        'INFO_GET': (n['CLBENCH_CMD_INFO_GET'], [], False),
        'EVENT_GET': (n['CLBENCH_CMD_EVENT_GET'], [], True),
        'SESSION_GET': (n['CLBENCH_CMD_SESSION_GET'], [], True),
        'MARK': (n['CLBENCH_CMD_MARK'], [(n['CLBENCH_A_MARK_TEXT'], 'raw')], False),
        'SUBSCRIBE': (n['CLBENCH_CMD_SUBSCRIBE'], [
            (n['CLBENCH_A_SESSION_NAME'], 'raw'),
            (n['CLBENCH_A_SESSION_EVENT_NAME'], 'pagecache_miss')], False),
        'ACK': (n['CLBENCH_CMD_ACK'], [(n['CLBENCH_A_SESSION_ID'], session),
                                       (n['CLBENCH_A_SESSION_ACK'], bytes(8))], False),
        'UNSUBSCRIBE': (n['CLBENCH_CMD_UNSUBSCRIBE'],
                        [(n['CLBENCH_A_SESSION_ID'], session)], False),
    }


def send(netlink, family, request):
    command, attrs, dump = request
    return outcome(netlink.request, family, command, *attrs, dump=dump)


def said(name, dump):
    return name.lower().replace('_', '-') + (' dump' if dump else '')


def refused(header, who, *names):
    netlink = Netlink()
    family, _ = netlink.family('clbench')
    every = requests(header)
    for name in names or NAMES:
        same(send(netlink, family, every[name]), 'EPERM',
             f'{said(name, every[name][2])} is refused to {who}')


def join(who):
    netlink = Netlink()
    _, groups = netlink.family('clbench')
    got = {name: outcome(netlink.join, group) for name, group in groups.items()}
    same((len(got), set(got.values())), (33, {'EPERM'}), f'none of the 33 groups lets {who} join')


def borrowed(header):
    every = requests(header)
    os.seteuid(NOBODY)
    theirs = Netlink()
    os.seteuid(0)
    mine = Netlink()
    family, _ = mine.family('clbench')
    same(send(mine, family, every['INFO_GET']), 'done', 'root may ask with a socket of his own')
    same([send(theirs, family, every[name]) for name in NAMES], ['EPERM'] * len(NAMES),
         'what root writes to a socket that a plain user has opened is refused')
    os.setuid(NOBODY)
    same([send(mine, family, every[name]) for name in NAMES], ['EPERM'] * len(NAMES),
         'a socket that root has opened gives a plain user no rights')


def heard(netlink, go, stop):
    """The number of messages that come between GO and STOP, both made by others."""
    number = 0
    with open(go, 'wb'):
        pass
    while True:
        over = os.path.exists(stop)
        if select.select([netlink.socket], [], [], 0 if over else 0.1)[0]:
            number += outcome(netlink.socket.recv, 1 << 17) == 'done'
        elif over:
            return number


def kinds(netlink):
    """The types of the messages that wait; ENOBUFS where some were dropped."""
    found = []
    netlink.socket.setblocking(False)
    while True:
        try:
            found.append(MESSAGE.unpack_from(netlink.socket.recv(1 << 17))[1])
        except BlockingIOError:
            return found
        except OSError as error:
            found.append(errno.errorcode[error.errno])


def listen(header, go, stop, family, *groups):
    netlink = Netlink()
    every = requests(header)
    same([send(netlink, int(family), every[name]) for name in NAMES], ['ENOENT'] * len(NAMES),
         'another network namespace has no such family')
    same(outcome(netlink.family, 'clbench'), 'ENOENT',
         'another network namespace does not find the family by name')
    joined = [outcome(netlink.join, int(group)) for group in groups]
    print(f'joined {joined.count("done")} of {len(joined)} groups')
    same(heard(netlink, go, stop), 0,
         'root of a user namespace hears nothing in a network namespace of his own')


def hear(go, stop):
    os.seteuid(NOBODY)
    theirs = Netlink()
    os.seteuid(0)
    mine, filtered = Netlink(), Netlink()
    attach_filter(filtered.socket, 1 << 16)
    family, groups = mine.family('clbench')
    for netlink in mine, theirs, filtered:
        for group in groups.values():
            netlink.join(group)
    number = heard(mine, go, stop)
    check(number > 2, 'in the same time root hears of it', number)
    asks = tuple(map(int, os.uname().release.split('.')[:2])) >= ASKS
    for netlink, who in (theirs, 'by a socket that a plain user has opened'), \
            (filtered, 'by one with a filter'):
        number = kinds(netlink).count(family)
        same(number > 2, not asks, f'and {"does not" if asks else "does, on this kernel"}, {who}')


def early(go, stop):
    netlink = Netlink()
    joined = {number for number in range(1, NUMBERS) if outcome(netlink.join, number) == 'done'}
    with open(go, 'wb'):
        pass
    while not os.path.exists(stop):
        time.sleep(0.1)
    family, groups = Netlink().family('clbench')
    check(joined.issuperset(groups.values()),
          'a plain user may join all numbers while they are no groups', joined, groups)
    found = kinds(netlink)
    same((found.count(family), found.count('ENOBUFS')), (0, 0),
         'who did that before the module was loaded hears nothing of it')


def batter(numbers_, stop):
    """One process that joins and nothing else; leaves no socket behind."""
    netlink = Netlink()
    while not os.path.exists(stop):
        for _ in range(100):
            for number in numbers_:
                outcome(netlink.join, number)


def siege(go, stop, *groups):
    """Four processes for the groups; whether they win a turn is luck."""
    children = []
    for number in range(4):
        pid = os.fork()
        if not pid:
            batter([int(group) for group in groups][number::4], stop)
            os._exit(0)
        children.append(pid)
    with open(go, 'wb'):
        pass
    netlink = Netlink()
    while outcome(netlink.begin_policy, 'clbench') != 'done':
        if os.path.exists(stop):
            sys.exit('the module was not loaded')
        time.sleep(0.001)
    while not os.path.exists(stop):
        time.sleep(0.1)
    for pid in children:
        os.waitpid(pid, 0)
    number = netlink.end_dump()
    check(number > 20, 'a dump of the policy that was begun meanwhile comes to its end', number)


def family_():
    number, groups = Netlink().family('clbench')
    print(number, *groups.values())


if __name__ == '__main__':
    {'refused': refused, 'join': join, 'borrowed': borrowed, 'family': family_, 'listen': listen,
     'hear': hear, 'early': early, 'siege': siege}[sys.argv[1]](*sys.argv[2:])
