#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A reliable subscriber by hand, which can do all that clbench-ctl never would.

usage: client.py record NAME DIR EVENT [KEY=VALUE...]

Records EVENT into DIR/stream until SIGTERM and then what is left. Says "recording WINDOW" once
the probes are on, in the end how often it missed a message and how many batches came for nothing.
rcvbuf=BYTES is the receive buffer; shrink=BYTES is what it becomes behind the kernel's back.
"""
import errno
import os
import select
import signal
import socket
import struct
import sys

from netlink import GENERIC, MESSAGE, Netlink, attributes, numbers

HEADER = 'src/kernel/uapi/linux/clbench.h'
NUMBERS = numbers(os.environ.get('CLIENT_HEADER') or
                  os.path.join(os.environ['top_srcdir'], HEADER))
SO_RCVBUFFORCE = 33
WIDE = {'TOKEN', 'ACK', 'MEM_MAX'}
FLAGS = {'RESEND', 'FORCE'}
TEXTS = {'NAME', 'GROUP', 'READER_COMM', 'MESSAGE', 'EVENT_NAME', 'MODULE_VERSION'}


def command(name):
    return NUMBERS['CLBENCH_CMD_' + name]


def session_attribute(key, value):
    """(kind, data) of a session's attribute, in the width that it has."""
    if key in WIDE and isinstance(value, int):
        value = struct.pack('=Q', value & (1 << 64) - 1)
    elif key in FLAGS:
        value = b''
    return NUMBERS['CLBENCH_A_SESSION_' + key], value


def decode(space, answer):
    """{name: value}; of an attribute that stands several times, the last."""
    names = {value: name[len(space):] for name, value in NUMBERS.items()
             if name.startswith(space) and name != space + 'MAX'}
    found = {}
    for kind, data in attributes(answer):
        name = names.get(kind, kind)
        if name in TEXTS:
            found[name] = data.rstrip(b'\0').decode()
        elif len(data) in (4, 8):
            found[name] = int.from_bytes(data, sys.byteorder)
        else:
            found[name] = data
    return found


class Client(Netlink):
    """One socket for requests and batches, which is allowed: while it is full, answers are
    lost, too, so what may overflow has another one for its requests."""

    def __init__(self, rcvbuf=0):
        super().__init__()
        if rcvbuf:
            self.receive_buffer(rcvbuf)
        self.number, self.groups = self.family('clbench')
        self.batches, self.missed = [], 0
        self.session = self.token = None

    def receive_buffer(self, size):
        """As much as @size for what is queued: the kernel doubles what it is told."""
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, size // 2)

    def ask(self, name, *attrs, **keys):
        attrs = list(attrs) + [session_attribute(*item) for item in keys.items()]
        return self.request(self.number, command(name), *attrs)

    def info(self):
        answer, = self.ask('INFO_GET')
        return decode('CLBENCH_A_INFO_', answer)

    def get(self, session):
        answer, = self.ask('SESSION_GET', ID=session)
        return decode('CLBENCH_A_SESSION_', answer)

    def sessions(self):
        return [decode('CLBENCH_A_SESSION_', answer) for answer in
                self.request(self.number, command('SESSION_GET'), dump=True)]

    def own(self, answer):
        found = decode('CLBENCH_A_SESSION_', answer)
        self.session, self.token = found['ID'], found['TOKEN']
        return found

    def subscribe(self, name, *events, **keys):
        answer, = self.ask('SUBSCRIBE', *(session_attribute('EVENT_NAME', event)
                                          for event in events), NAME=name, **keys)
        return self.own(answer)

    def attach(self, session, seq, **keys):
        answer, = self.ask('ATTACH', ID=session, ACK=seq, **keys)
        return self.own(answer)

    def listen(self, found, seq=0):
        """Joins the session's group and says so."""
        self.join(self.groups[found['GROUP']])
        self.ack(seq)

    def ack(self, seq, session=None, **keys):
        self.ask('ACK', ID=session or self.session, ACK=seq, **keys)

    def unsubscribe(self, session=None, **keys):
        self.ask('UNSUBSCRIBE', ID=session or self.session, **keys)

    def other(self, kind, content):
        """Keeps batches that come while an answer is waited for."""
        if kind == self.number and content[0] == command('BATCH'):
            found = dict(attributes(content[GENERIC.size:]))
            self.batches.append((
                struct.unpack('=Q', found[NUMBERS['CLBENCH_A_BATCH_SEQ']])[0],
                NUMBERS['CLBENCH_A_BATCH_LAST'] in found,
                found[NUMBERS['CLBENCH_A_BATCH_PACKET']]))

    def overflow(self):
        self.missed += 1

    def receive(self, wait=True):
        """Takes what is queued, and waits for one message if there is none. Whether there was."""
        some = False
        while True:
            # MSG_DONTWAIT is nothing to a socket with a timeout.
            if not (wait and not some or select.select([self.socket], [], [], 0)[0]):
                return some
            try:
                data = self.socket.recv(1 << 17)
            except TimeoutError:
                return some
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                self.overflow()
                some = True
                continue
            some = True
            _, kind, _, _, _ = MESSAGE.unpack_from(data)
            self.other(kind, data[MESSAGE.size:])

    def next_batches(self):
        """Waits for at least one batch; (seq, last, packet) of all."""
        while not self.batches and self.receive():
            pass
        found, self.batches = self.batches, []
        return found


def record(name, folder, event, *options):
    options = dict(option.split('=') for option in options)
    shrink = int(options.pop('shrink', 0))
    client = Client(int(options.pop('rcvbuf', 0)))
    client.socket.settimeout(0.2)
    found = client.subscribe(name, event, **{key.upper(): int(value)
                                             for key, value in options.items()})
    if shrink:
        client.receive_buffer(shrink)
    over = []
    signal.signal(signal.SIGTERM, lambda *_: over.append(True))
    with open(os.path.join(folder, 'uuid'), 'w', encoding='ascii') as file:
        file.write(found['UUID'].hex())
    control = Client()
    client.listen(found)
    acked = spare = 0
    last = False
    with open(os.path.join(folder, 'stream'), 'wb') as stream:
        while not last:
            if over:
                control.unsubscribe(client.session, TOKEN=client.token)
                over = []
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
            before, missed = acked, client.missed
            for seq, is_last, packet in client.next_batches():
                if seq != acked + 1:
                    spare += 1
                    continue
                stream.write(packet)
                acked, last = seq, is_last
            if acked > before and not before:
                print('recording', found['WINDOW'], flush=True)
            if client.missed > missed:
                client.receive(wait=False)
                spare += len(client.batches)
                client.batches = []
                control.ack(acked, client.session, TOKEN=client.token, RESEND=True)
            elif acked > before:
                control.ack(acked, client.session, TOKEN=client.token)
    print('missed', client.missed, 'spare', spare, 'batches', acked, flush=True)


if __name__ == '__main__':
    record(*sys.argv[2:])
