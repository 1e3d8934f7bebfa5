#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Requests that nobody should send.

usage: hostile.py fuzz SEED COUNT WHO      so many random and mutated messages
       hostile.py claims                   acks, attachments, ends by those who may not
       hostile.py loop                     subscribes and goes, again and again
       hostile.py child                    a forked child keeps the owner's socket
"""
import collections
import errno
import os
import random
import signal
import struct
import sys
import time

from check import PATIENCE, check, same
from client import NUMBERS, Client, command, decode, session_attribute
from netlink import (GENERIC, MESSAGE, NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE,
                     NLMSG_ERROR, attribute)

EVENT = 'clbench_load_types'
SMALL = {'NR_NODE': 2, 'NODE_NR_COMPOSED': 16, 'MEM_MAX': 1 << 20, 'FLUSH_PERIOD_MS': 10}
COMMANDS = ('INFO_GET', 'EVENT_GET', 'SUBSCRIBE', 'ACK', 'UNSUBSCRIBE', 'SESSION_GET', 'MARK',
            'ATTACH', 'BATCH', 'SESSION_NTF', 'SESSION_SET', 'ROTATE')
FAR = 1 << 64


def outcome(action, *args, **keys):
    """The name of the errno and the kernel's sentence, or 'done'."""
    try:
        action(*args, **keys)
    except OSError as error:
        return errno.errorcode.get(error.errno, type(error).__name__), str(error.strerror)
    return 'done', ''


def refused(name, wanted, words, action, *args, **keys):
    """A point: the action is refused by that errno and a sentence with these words."""
    got, why = outcome(action, *args, **keys)
    check(got == wanted and words in why, name, got, why, 'wanted', wanted)


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def number_of_sessions():
    return Client().info()['SESSIONS']


def begin(name, event=EVENT, **keys):
    """A client whose session records, with its first batch acknowledged."""
    client = Client()
    found = client.subscribe(name, event, **{**SMALL, **keys})
    client.listen(found)
    first = client.next_batches()
    # The empty packet, and the one with clbench_begin.
    while first[-1][0] < 2:
        first += client.next_batches()
    client.ack(first[-1][0])
    return client, first[-1][0]


# ---------------------------------------------------------------------- random messages

class Fuzzer:
    """Messages that are right in all but a few places."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.client, self.control = Client(), Client()
        self.own, self.names, self.outcomes = [], 0, collections.Counter()
        self.asks = True

    def number(self, bits):
        r = self.random
        return r.choice((0, 1, 2, r.randrange(64), r.getrandbits(bits), (1 << bits) - 1,
                         1 << bits - 1)) % (1 << bits)

    def text(self, longest):
        r = self.random
        text = bytes(r.choice(b'abcXYZ019_.-/ %n\xff\x01') for _ in range(r.randrange(longest)))
        return text + b'\0' * r.choice((1, 1, 1, 0, 5))

    def session(self):
        if self.own and self.random.random() < 0.7:
            return self.random.choice(self.own)
        return {'ID': self.number(32), 'TOKEN': self.number(64)}

    def attrs(self, name):
        """What the command takes; much of it would work."""
        r, of = self.random, NUMBERS
        session = self.session()
        if name == 'SUBSCRIBE':
            self.names += 1
            chosen = [session_attribute('NAME', f'fuzz{self.names}'),
                      session_attribute('EVENT_NAME', EVENT)]
            chosen += [session_attribute(key, value) for key, value in SMALL.items()]
            chosen.append(session_attribute('LINGER_MS', r.choice((0, 0, 1, 100))))
            chosen += [session_attribute(r.choice(('NR_NODE', 'NODE_NR_COMPOSED', 'WINDOW',
                                                   'FLUSH_PERIOD_MS', 'LINGER_MS')),
                                         self.number(32)) for _ in range(r.choice((0, 0, 1)))]
            return chosen
        if name == 'MARK':
            return [(of['CLBENCH_A_MARK_TEXT'], self.text(40)),
                    *([(of['CLBENCH_A_MARK_SESSION_NAME'], self.text(20))]
                      if r.random() < 0.5 else [])]
        chosen = [session_attribute('ID', session['ID'])]
        if name in ('ACK', 'UNSUBSCRIBE', 'SESSION_SET', 'ROTATE'):
            chosen.append(session_attribute('TOKEN', r.choice((session['TOKEN'], 0, 1))))
        if name in ('ACK', 'ATTACH'):
            chosen.append(session_attribute('ACK', self.number(64)))
        if name == 'SESSION_SET':
            chosen += [session_attribute('EVENT_NAME', event) for event in
                       r.sample((EVENT, 'clbench_load_seq', 'sched_migrate_task', 'no_such'),
                                r.randrange(4))]
            chosen += [session_attribute(key, self.number(64 if key == 'MEM_MAX' else 32))
                       for key in ('FLUSH_PERIOD_MS', 'LINGER_MS', 'MEM_MAX')
                       if r.random() < 0.3]
        if r.random() < 0.2:
            chosen.append(session_attribute(r.choice(('RESEND', 'FORCE')), 0))
        return chosen

    def mutate(self, attrs):
        """Leaves out, doubles, swaps, nests, lengthens, shortens; none, one or two of these."""
        r = self.random
        packed = [attribute(*attr) for attr in attrs]
        for _ in range(r.choice((0, 0, 1, 1, 2))):
            kind = r.choice((r.randrange(64), r.getrandbits(16)))
            what, at = r.randrange(9), r.randrange(len(packed) + 1)
            one = packed[at] if at < len(packed) else b''
            if what == 0:
                packed[at:at + 1] = []
            elif what == 1:
                packed.insert(at, one)
            elif what == 2:
                r.shuffle(packed)
            elif what == 3:
                packed.insert(at, attribute(kind, r.randbytes(r.randrange(64))))
            elif what == 4 and one:
                # A length that is not there, or ends within another.
                packed[at] = struct.pack('=H', r.getrandbits(r.choice((3, 6, 16)))) + one[2:]
            elif what == 5:
                inside = b''.join(packed[:3]) * r.randrange(1, 200)
                packed.insert(at, attribute(kind | r.choice((0x8000, 0x4000)), inside[:65000]))
            elif what == 6 and len(one) > 4:
                place = r.randrange(2, len(one))
                packed[at] = one[:place] + r.randbytes(1) + one[place + 1:]
            elif what == 7:
                packed.insert(at, attribute(kind, bytes(r.choice((0, 1, 3, 5, 7, 9, 1025, 60000)))))
            elif what == 8 and one:
                packed[at] = one[:r.randrange(len(one))]
        return b''.join(packed)

    def message(self):
        r = self.random
        name = r.choice(COMMANDS)
        number = r.randrange(256) if r.random() < 0.05 else command(name)
        body = GENERIC.pack(number, r.randrange(3), 0) + self.mutate(self.attrs(name))
        dump = name == 'EVENT_GET' or name == 'SESSION_GET' and r.random() < 0.5
        flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP * (dump ^ (r.random() < 0.1))
        if r.random() < 0.03:
            flags = r.getrandbits(16)
        if r.random() < 0.05:
            body = body[:r.randrange(len(body))]
        if r.random() < 0.03:
            body = r.randbytes(r.randrange(300))
        length = MESSAGE.size + len(body)
        if r.random() < 0.03:
            length = self.number(r.choice((4, 10, 32)))
        self.client.seq += 1
        # What is no request is not obeyed, but may ask to be told that it came.
        self.asks = flags & NLM_F_REQUEST
        return name, MESSAGE.pack(length, self.client.number, flags, self.client.seq,
                                  r.choice((0, 0, self.number(32)))) + body

    def answers(self, name):
        """What came for the message, up to the answer of a request that is always right."""
        asked = self.client.seq
        self.client.seq += 1
        body = GENERIC.pack(command('INFO_GET'), 1, 0)
        self.client.socket.send(MESSAGE.pack(MESSAGE.size + len(body), self.client.number,
                                             NLM_F_REQUEST | NLM_F_ACK, self.client.seq, 0) + body)
        while True:
            data = self.client.receive_one()
            while len(data) >= MESSAGE.size:
                length, kind, _, seq, _ = MESSAGE.unpack_from(data)
                content, data = data[MESSAGE.size:length], data[length + 3 & ~3:]
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    if seq == self.client.seq:
                        return
                    error = struct.unpack_from('=i', content)[0]
                    done = 'done' if seq == asked and self.asks else 'ignored'
                    self.outcomes[errno.errorcode[-error] if error else done] += 1
                elif seq == asked and name == 'SUBSCRIBE' and kind == self.client.number:
                    self.opened(decode('CLBENCH_A_SESSION_', content[GENERIC.size:]))

    def opened(self, found):
        if 'TOKEN' not in found:
            return
        self.own.append(found)
        if len(self.own) > 3:
            gone = self.own.pop(0)
            outcome(self.control.unsubscribe, gone['ID'], TOKEN=gone['TOKEN'], FORCE=True)

    def run(self, count):
        self.client.overflow = lambda: None
        for _ in range(count):
            name, message = self.message()
            self.client.socket.send(message)
            self.answers(name)
        for found in self.own:
            outcome(self.control.unsubscribe, found['ID'], TOKEN=found['TOKEN'], FORCE=True)


def fuzz(seed, count, who):
    may, start = who == 'root', time.monotonic()
    fuzzer = Fuzzer(int(seed))
    before = number_of_sessions() if may else 0
    fuzzer.run(int(count))
    told = dict(fuzzer.outcomes.most_common())
    check(sum(told.values()) > int(count) * 3 // 4, f'{who}: {count} hostile messages are answered',
          told)
    if may:
        check(told.get('done') and told.get('EINVAL'), 'some of which were right', told)
        fuzzer.client.socket.close()
        check(wait_for(lambda: number_of_sessions() == before),
              'and leave no session', number_of_sessions(), before)
    else:
        check('done' not in told and told.get('EPERM'), f'{who}: none is obeyed', told)
    print(f'{who}: seed {seed}, {told}, {fuzzer.names} subscriptions tried, '
          f'{time.monotonic() - start:.0f} s')


# --------------------------------------------------------------------------- who may what

def claims():
    owner, first = begin('claims', LINGER_MS=60000)
    other = Client()
    session, token = owner.session, owner.token
    refused('an ack of the next batch is refused', 'ERANGE', 'never sent', owner.ack, first + 1)
    refused('an ack from the far future is refused', 'ERANGE', 'never sent', owner.ack, FAR - 1)
    before = owner.get(session)
    same([outcome(owner.ack, 0)[0], outcome(owner.ack, first)[0]], ['done'] * 2,
         'acks from the past are no errors')
    after = owner.get(session)
    same([after[key] for key in ('ACKED', 'SENT', 'RESENT', 'RETAINED')],
         [before[key] for key in ('ACKED', 'SENT', 'RESENT', 'RETAINED')], 'and change nothing')
    for what, keys in (('without token', {}), ('with token 0', {'TOKEN': 0}),
                       ('with a wrong token', {'TOKEN': token ^ 1})):
        refused(f'an ack from elsewhere {what} is refused', 'EPERM', "owner", other.ack, first,
                session, **keys)
        refused(f'an end from elsewhere {what} is refused', 'EPERM', 'reader',
                other.unsubscribe, session, **keys)
        refused(f'a forced end from elsewhere {what} is refused', 'EPERM', 'reader',
                other.unsubscribe, session, FORCE=True, **keys)
        for command_name in ('SESSION_SET', 'ROTATE'):
            refused(f'{command_name} from elsewhere {what} is refused', 'EPERM', 'owner', other.ask,
                    command_name, ID=session, **keys)
    same(outcome(other.ack, first, session, TOKEN=token)[0], 'done', 'with the token it may')
    refused('attach to a session with a reader is refused', 'EBUSY', 'has a reader',
            other.attach, session, first)
    refused('even to its owner', 'EBUSY', 'has a reader', owner.attach, session, first)
    for what in ('attach', 'ack'):
        refused(f'{what} to a session that is not is refused', 'ENOENT', 'no session',
                other.ask, what.upper(), ID=session + 1000, ACK=0)
        refused(f'{what} without a batch is refused', 'EINVAL', 'number', other.ask, what.upper(),
                ID=session)
    refused('attach without a session is refused', 'EINVAL', 'id is needed', other.ask, 'ATTACH',
            ACK=0)
    longest = other.info()['LINGER_MAX_MS']
    refused('a linger time above the limit is refused', 'ERANGE', 'linger_max_ms',
            other.subscribe, 'long', EVENT, LINGER_MS=longest + 1)
    refused('so is one that is far above it', 'ERANGE', 'linger_max_ms', other.subscribe, 'long',
            EVENT, LINGER_MS=(1 << 32) - 1)
    refused('a name with letters of Latin-1 is refused', 'EINVAL', 'a name is', other.subscribe,
            'caf\xe9', EVENT)
    changes(other)
    orphaned(owner, other, first)


def changes(other):
    owner, _ = begin('changed', LINGER_MS=0)
    session, token = owner.session, owner.token

    def change(*events, **keys):
        return other.ask('SESSION_SET', *(session_attribute('EVENT_NAME', event)
                                          for event in events), ID=session, TOKEN=token, **keys)
    refused('a change to an event that is not is refused', 'ENOENT', 'no event', change, 'no_such')
    refused('a change to an event of clbench is refused', 'EPERM', 'clbench itself', change,
            'clbench_mark')
    refused('a change to too little memory is refused', 'EINVAL', 'mem-max', change, MEM_MAX=4096)
    refused('a change to too much memory is refused', 'ERANGE', 'mem-max', change, MEM_MAX=1 << 60)
    refused('a change to too long a linger time is refused', 'ERANGE', 'linger_max_ms', change,
            LINGER_MS=(1 << 32) - 1)
    refused('a change to a flush period of 0 is refused', 'ERANGE', '', change, FLUSH_PERIOD_MS=0)
    before = other.get(session)
    answer, = change(FLUSH_PERIOD_MS=77)
    after = other.get(session)
    same((after['FLUSH_PERIOD_MS'], after['CHANGED']), (77, before['CHANGED']),
         'a limit changes at once')
    answer, = change(EVENT, 'clbench_load_seq', 'sched_migrate_task', LINGER_MS=20000)
    number = decode('CLBENCH_A_SESSION_', answer)['CHANGE']
    same(number, before['CHANGED'] + 1, 'a change of events has a number')
    check(wait_for(lambda: other.get(session)['CHANGED'] == number), 'which is told when it is done')
    refused('a rotation of a session that is not is refused', 'ENOENT', 'no session', other.ask,
            'ROTATE', ID=session + 1000)
    same(decode('CLBENCH_A_SESSION_', other.ask('ROTATE', ID=session, TOKEN=token)[0])['CHUNK'],
         other.get(session)['CHUNK'] + 1, 'a rotation tells the chunk to come')
    owner.socket.close()


def orphaned(owner, other, first):
    session, token = owner.session, owner.token
    owner.socket.close()
    check(wait_for(lambda: 'LINGER_LEFT_MS' in other.get(session)), 'a closed socket orphans')
    refused('attach with a batch from the future is refused', 'ERANGE', 'never sent',
            other.attach, session, first + 1)
    refused('attach with a batch whose followers are gone is refused', 'ESTALE', 'gone',
            other.attach, session, first - 1)
    refused("an orphan's token still is no one else's", 'EPERM', 'owner', other.ack, first,
            session, TOKEN=token ^ 1)
    refused('it is worth nothing without its owner', 'EPERM', 'owner', other.ack, first, session,
            TOKEN=token)
    found = other.attach(session, first)
    check(found['TOKEN'] != token, 'attach gives a new token')
    other.listen(found, first)
    late = Client()
    refused('the old token is worth nothing then', 'EPERM', 'owner', late.ack, first, session,
            TOKEN=token)
    refused('nor does it end the session', 'EPERM', 'reader', late.unsubscribe, session,
            TOKEN=token, FORCE=True)
    # Stopped, not drained, and the next reader leaves, too: the rest waits for a third.
    other.unsubscribe()
    rest = other.next_batches()
    other.socket.close()
    check(wait_for(lambda: 'LINGER_LEFT_MS' in late.get(session)),
          'a session that drains is orphaned, too')
    found = late.attach(session, first)
    late.listen(found, first)
    again = late.next_batches()
    while not again[-1][1]:
        again += late.next_batches()
    same(again[:len(rest)], rest, 'and its next reader gets the same batches')
    same([seq for seq, _, _ in again], list(range(first + 1, first + 1 + len(again))),
         'in order, up to the last')
    late.ack(again[-1][0])
    check(wait_for(lambda: outcome(late.get, session)[0] == 'ENOENT'), 'then the session ends')


def loop():
    before = number_of_sessions()
    control = Client()
    highest = opened = full = 0
    for linger in [0] * 100 + [150] * 100:
        client = Client()
        got, why = outcome(client.subscribe, f'loop{opened}', EVENT, LINGER_MS=linger, **SMALL)
        if got == 'done':
            opened += 1
        elif got == 'EBUSY':
            full += 1
            time.sleep(0.05)
        else:
            check(False, 'subscribing in a loop is granted, or refused for lack of groups', why)
        highest = max(highest, control.info()['SESSIONS'])
        client.socket.close()
    check(highest <= 32 and opened > 100, 'subscribing in a loop has its bound', highest, opened)
    # What was there before may end, too.
    check(wait_for(lambda: number_of_sessions() <= before), 'all of them end by themselves',
          number_of_sessions(), before)
    print(f'{opened} sessions opened and left, {full} refused, {highest} at a time')


# ------------------------------------------------------------------------ a forked child

def inherit(name):
    """(session, first batch, a pipe that answers): the owner is gone, its child has the socket.

    A byte to the child's pipe makes it acknowledge and tell how that went.
    """
    told, tell = os.pipe()
    asked, ask = os.pipe()
    parent = os.fork()
    if not parent:
        owner, first = begin(name, LINGER_MS=1000)
        if not os.fork():
            os.close(ask)
            while os.read(asked, 1):
                os.write(tell, outcome(owner.ack, first)[0].encode())
            os._exit(0)
        # Last: who reads it kills us.
        os.write(tell, struct.pack('=II', owner.session, first))
        signal.pause()
    os.close(asked)
    session, first = struct.unpack('=II', os.read(told, 8))
    control = Client()
    wait_for(lambda: control.get(session)['STATE'] == NUMBERS['CLBENCH_STATE_RECORDING'])
    refused('a child has the socket: at first nobody may attach', 'EBUSY', 'has a reader',
            control.attach, session, first)
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    return control, session, first, ask, told


def child():
    control, session, first, ask, told = inherit('child1')
    check(wait_for(lambda: outcome(control.attach, session, first)[0] == 'done'),
          'after the linger time somebody may', control.get(session))
    os.write(ask, b'x')
    same(os.read(told, 16).decode(), 'EPERM', "the child's acks are refused from then on")
    os.close(ask)
    control.unsubscribe(FORCE=True)
    control, session, first, ask, told = inherit('child2')
    os.write(ask, b'x')
    same(os.read(told, 16).decode(), 'done', "until then they are the owner's")
    ctl = f'{os.environ["top_builddir"]}/clbench-ctl'
    check(wait_for(lambda: not os.system(f'{ctl} stop child2 2>/dev/null')),
          'and clbench-ctl stop ends such a session')
    os.close(ask)


def leftovers(kept=''):
    """Ends what the fuzzer has left for as long as the linger time that it has made up."""
    client = Client()
    for session in client.sessions():
        if session['NAME'] != kept:
            # It may end by itself, in between.
            outcome(client.unsubscribe, session['ID'], FORCE=True)
    if not wait_for(lambda: number_of_sessions() == bool(kept)):
        sys.exit(f'{number_of_sessions()} sessions are left')


if __name__ == '__main__':
    {'fuzz': fuzz, 'claims': claims, 'loop': loop, 'child': child, 'leftovers': leftovers}[sys.argv[1]](*sys.argv[2:])
