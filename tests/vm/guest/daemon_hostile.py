# SPDX-License-Identifier: GPL-2.0
"""Speaks to the control socket of clbenchd as nobody should.

usage: daemon_hostile.py WHAT SOCKET PID SEED NUMBER
       daemon_hostile.py early SOCKET STATE PID
"""
import errno
import json
import os
import random
import select
import signal
import socket
import sys
import time

from check import PATIENCE, check, same
from netlink import SOL_NETLINK, attach_filter

NETLINK_LIST_MEMBERSHIPS = 9
SO_LOCK_FILTER = 44
REQUEST_MAX = 64 * 1024
CONNS_MAX = 64
PATIENCE_S = 20 * PATIENCE
# As many connections, each with a request and an answer, and what malloc keeps.
ROOM_KB = CONNS_MAX * 128 + 8192
KEYS = ('request', 'name', 'options', 'names', 'text', 'give_up', 'ok', '', 'x' * 100, '\n')
REQUESTS = 'hello', 'start', 'set', 'stop', 'rotate', 'status', 'events', 'mark', 'tail', 'x'
# Not the session that must not care.
NAMES = 'none', '', 'x' * 40, '../..', 'a b', '\u00e4', None, 7
OPTIONS = ('events', 'output', 'duration_ns', 'nr_node', 'window', 'linger_ms', 'sync', 'on_full',
           'rotate_size_bytes', 'keep', 'colour')


class Peer:
    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # Without a timeout it waits while the daemon has not accepted those before.
        self.socket.connect(PATH)
        self.socket.settimeout(PATIENCE_S)
        self.lines = self.socket.makefile('rb')

    def send(self, data):
        """Whether all was taken: the daemon may have hung up."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def line(self):
        """An answer; None: the daemon has hung up."""
        try:
            line = self.lines.readline()
        except ConnectionResetError:
            return None
        return json.loads(line) if line else None

    def ask(self, request):
        self.send(json.dumps(request).encode() + b'\n')
        return self.line()

    def close(self):
        self.lines.close()
        self.socket.close()


def memory_kb():
    with open(f'/proc/{PID}/status', encoding='ascii') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('VmRSS:'))


def lives():
    """Does the daemon answer somebody else?"""
    peer = Peer()
    answer = peer.ask({'request': 'hello'})
    peer.close()
    return bool(answer and answer['ok'] and answer['daemon']['pid'] == PID)


def refused(answer):
    return bool(answer) and answer.get('ok') is False and answer['status'] in (1, 2) and \
        isinstance(answer['error'], str) and '\n' not in answer['error']


def refused_and_closed(data):
    peer = Peer()
    peer.send(data)
    good = refused(peer.line()) and peer.line() is None
    peer.close()
    return good


def garbage():
    """What is no JSON gets one answer, and the connection is closed."""
    wrong = [data for data in (b'\n', b'{}}\n', b'[]\n', b'7\n', b'null\n', b'"x"\n', b'{"a":1\n',
                               b'\0\n', b'\xff\xfe\n', b'{"request":"hello"\0}\n',
                               b'{"request":"\x80"}\n', b'{"request":"hello","request":"hello"}\n',
                               b'GET / HTTP/1.1\r\n\r\n', b'{"n":1e999999}\n',
                               b'{"n":99999999999999999999}\n')
             if not refused_and_closed(data)]
    same(wrong, [], 'what is no request is refused, and the connection closed')
    chance, wrong = random.Random(SEED), []
    for _ in range(NUMBER // 10):
        data = chance.randbytes(chance.randrange(1, 300)).replace(b'\n', b'') + b'\n'
        if not refused_and_closed(data):
            wrong.append(data)
    same(wrong, [], 'so is what chance has written')


def halves():
    """A request may come in parts, and two at once."""
    peer = Peer()
    for byte in b'{"request":"hello"}\n':
        peer.send(bytes((byte,)))
    check(peer.line()['ok'], 'a request may come byte by byte')
    peer.send(b'{"request":"hello"}\n' * 1000)
    same(sum(peer.line()['ok'] for _ in range(1000)), 1000, 'a thousand may come at once')
    peer.send(b'{"request":"hel')
    check(lives(), 'half a request keeps nobody else waiting')
    peer.socket.shutdown(socket.SHUT_WR)
    same(peer.line(), None, 'half a request and no more is the end of it')
    peer.close()
    peer = Peer()
    peer.send(b'{"request":"hello"}\n{"request":"hello"}\n')
    peer.socket.shutdown(socket.SHUT_WR)
    same([peer.line()['ok'], peer.line()['ok'], peer.line()], [True, True, None],
         'what was asked before one hung up is answered')
    peer.close()


def long():
    before = memory_kb()
    for size in REQUEST_MAX, REQUEST_MAX + 1, 10 * REQUEST_MAX:
        check(refused_and_closed(b'x' * size), f'{size} bytes without an end are refused')
    peer = Peer()
    head = b'{"request":"mark","text":"'
    peer.send(head + b'x' * (REQUEST_MAX - len(head) - 3) + b'"}\n')
    check(refused(peer.line()), 'the longest request is read')
    check(peer.ask({'request': 'hello'})['ok'], 'and the next one')
    peer.close()
    check(memory_kb() < before + ROOM_KB, 'memory stays bounded', before, memory_kb())


def deep():
    wrong = [start for start in (b'[', b'{"a":', b'{"request":"set","options":[')
             if not refused_and_closed((start * 30000)[:REQUEST_MAX - 2] + b'\n')]
    same(wrong, [], 'what goes too deep is refused')
    check(lives(), 'and harms nobody')


def any_value(chance, depth=0):
    kind = chance.randrange(8 if depth < 3 else 6)
    if kind < 2:
        return chance.choice(NAMES)
    if kind < 4:
        return chance.choice((0, 1, -1, 1 << 62, -(1 << 62), 0.5, True, None))
    if kind < 6:
        return chance.choice(('pause', 'stop', 'x', '%s%n', '\x1b[2J', 'block', '\u2028' * 5))
    if kind == 6:
        return [any_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(KEYS + OPTIONS): any_value(chance, depth + 1)
            for _ in range(chance.randrange(4))}


def unknown():
    peer = Peer()
    answer = peer.ask({'request': 'hello', 'colour': 1})
    check(refused(answer) and '"colour"' in answer['error'], 'an unknown key is named', answer)
    check(refused(peer.ask({'request': 'explode'})), 'an unknown request is refused')
    chance, odd = random.Random(SEED), []
    for _ in range(NUMBER):
        request = {'request': chance.choice(REQUESTS)}
        if chance.randrange(4):
            # Sessions would begin if these were right.
            request['name'] = chance.choice(NAMES)
        for _ in range(chance.randrange(3)):
            request[chance.choice(KEYS[1:])] = any_value(chance)
        if request['request'] in ('start', 'mark', 'tail'):
            request['colour'] = 1
        answer = peer.ask(request)
        if not answer or not isinstance(answer.get('ok'), bool) or \
                not answer['ok'] and not refused(answer):
            odd.append((request, answer))
            peer = Peer()
    same(odd[:3], [], 'each request of chance is answered or refused')
    check(lives(), 'and none harms others')


def closes():
    before = memory_kb()
    for request in (b'{"request":"status"}\n', b'{"request":"events"}\n',
                    b'{"request":"rotate","name":"hostile"}\n',
                    b'{"request":"set","name":"hostile","options":'
                    b'{"events":["clbench_load_seq","block"]}}\n',
                    b'{"request":"set","name":"hostile","options":{"events":["clbench_load_seq"]}}\n',
                    b'{"request":"tail","name":"hostile"}\n'):
        for _ in range(30):
            peer = Peer()
            peer.send(request)
            peer.close()
    check(lives(), 'who hangs up before the answer harms nobody')
    check(memory_kb() < before + ROOM_KB, 'memory stays bounded', before, memory_kb())


def mute():
    """Ask and ask, and never read."""
    before, peers = memory_kb(), [Peer() for _ in range(20)]
    data = b'{"request":"events"}\n' * 5000
    for peer in peers:
        peer.socket.setblocking(False)
    for _ in range(20):
        for peer in peers:
            try:
                peer.socket.send(data)
            except (BlockingIOError, BrokenPipeError, ConnectionResetError):
                pass
        check_kb = memory_kb()
        if check_kb > before + ROOM_KB:
            break
    check(check_kb <= before + ROOM_KB, 'who never reads is no burden', before, check_kb)
    check(lives(), 'and others are answered')
    for peer in peers:
        peer.close()


def crowd():
    before, peers = memory_kb(), [Peer() for _ in range(100)]
    for peer in peers:
        peer.send(b'{"request":"hello"}\n' + b' ' * 1000)
    ready, end = set(), time.monotonic() + PATIENCE_S
    while len(ready) < CONNS_MAX and time.monotonic() < end:
        ready |= set(select.select([peer.socket for peer in peers if peer.socket not in ready],
                                   [], [], 1)[0])
    check(len(ready) >= CONNS_MAX, 'of a hundred connections many are answered', len(ready))
    check(memory_kb() <= before + ROOM_KB, 'memory stays bounded', before, memory_kb())
    for peer in sorted(peers, key=lambda peer: peer.socket not in ready)[:50]:
        peer.close()
        peers.remove(peer)
    same(sum(bool(peer.line()) for peer in peers), 50, 'the others when some have gone')
    for peer in peers:
        peer.close()
    check(lives(), 'and who comes later, too')


def memberships(netlink):
    """How many groups a socket is in."""
    return sum(byte.bit_count() for byte in netlink.getsockopt(
        SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, 512))


def left(netlink):
    """How many groups it is in, and whether it has something to read: at last none."""
    end = time.monotonic() + PATIENCE_S
    while True:
        found = memberships(netlink), select.select([netlink], [], [], 0)[0] != []
        if found == (0, False) or time.monotonic() > end:
            return found
        time.sleep(0.1)


def lend():
    """What tail is lent can be neither filtered nor unlocked, by whoever has it, and not
    kept."""
    peer = Peer()
    peer.send(b'{"request":"tail","name":"hostile"}\n')
    _, descriptors, _, _ = socket.recv_fds(peer.socket, 1, 1)
    got = []
    with socket.socket(fileno=descriptors[0]) as lent:
        before = memberships(lent)
        ready = select.select([lent], [], [], PATIENCE_S)[0]
        for action, *values in ((lent.setsockopt, socket.SOL_SOCKET, SO_LOCK_FILTER, 0),
                                (attach_filter, lent, 20)):
            try:
                action(*values)
            except OSError as error:
                got.append(errno.errorcode[error.errno])
        peer.close()
        after = left(lent)
    same(got, ['EPERM', 'EPERM'],
         'what is lent to tail takes no filter, which would cut what others get')
    same((before, ready != [], after), (1, True, (0, False)),
         'when the connection ends it is in no group, and empty')


def early(state, pid):
    """Lets the daemon hand over as soon as it has told the kernel of a session."""
    peer = Peer()
    peer.send(b'{"request":"start","name":"early","options":{"output":"early",'
              b'"events":["clbench_load_seq"],"linger_ms":600000}}\n')
    path, end = f'{state}/session-early.json', time.monotonic() + PATIENCE_S
    while not os.path.exists(path) and time.monotonic() < end:
        pass
    os.kill(pid, signal.SIGUSR1)
    print('the daemon answered', peer.line())


if __name__ == '__main__':
    PATH = sys.argv[2]
    if sys.argv[1] == 'early':
        early(sys.argv[3], int(sys.argv[4]))
    else:
        PID, SEED, NUMBER = map(int, sys.argv[3:])
        {function.__name__: function for function in (
            garbage, halves, long, deep, unknown, closes, mute, crowd, lend)}[sys.argv[1]]()
