# SPDX-License-Identifier: GPL-2.0
"""Generic netlink by hand: no library of ours stands between test and kernel."""
import ctypes
import errno
import os
import re
import socket
import struct

from check import PATIENCE

NETLINK_GENERIC = 16
GENL_ID_CTRL = 16
CTRL_CMD_GETFAMILY, CTRL_CMD_GETPOLICY = 3, 10
CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME, CTRL_ATTR_MCAST_GROUPS = 1, 2, 7
CTRL_ATTR_MCAST_GRP_NAME, CTRL_ATTR_MCAST_GRP_ID = 1, 2
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP = 270, 1
NETLINK_CAP_ACK, NETLINK_EXT_ACK = 10, 11
NLMSGERR_ATTR_MSG = 1
SO_ATTACH_FILTER = 26
BPF_RET = 0x06
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK, NLM_F_DUMP = 1, 2, 4, 0x300
NESTED = 0x8000
MESSAGE = struct.Struct('=IHHII')
GENERIC = struct.Struct('=BBH')


def attribute(kind, data):
    """One attribute: bytes, text (with its NUL), or an integer of 32 bits."""
    if isinstance(data, str):
        data = data.encode() + b'\0'
    elif isinstance(data, int):
        data = struct.pack('=I', data)
    return struct.pack('=HH', 4 + len(data), kind) + data + bytes(-len(data) % 4)


def attributes(data):
    """Yields (kind, content)."""
    while len(data) >= 4:
        length, kind = struct.unpack_from('=HH', data)
        yield kind & ~NESTED, data[4:length]
        data = data[length + 3 & ~3:]


def attach_filter(any_socket, length):
    """What is longer than LENGTH is cut."""
    code = ctypes.create_string_buffer(struct.pack('=HBBI', BPF_RET, 0, 0, length))
    any_socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                          struct.pack('@HP', 1, ctypes.addressof(code)))


class Netlink:
    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.socket.bind((0, 0))
        self.socket.settimeout(20 * PATIENCE)
        for option in NETLINK_CAP_ACK, NETLINK_EXT_ACK:
            self.socket.setsockopt(SOL_NETLINK, option, 1)
        self.seq = 0

    @staticmethod
    def why(error):
        """The kernel's sentence of a refusal, or nothing."""
        found = dict(attributes(error[4 + MESSAGE.size:]))
        return found.get(NLMSGERR_ATTR_MSG, b'').rstrip(b'\0').decode()

    def other(self, kind, content):
        """A message that is no answer."""

    def overflow(self):
        """Messages were dropped."""
        raise OSError(errno.ENOBUFS, 'the receive buffer was full')

    def receive_one(self):
        while True:
            try:
                return self.socket.recv(1 << 17)
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                self.overflow()

    def request(self, family, command, *attrs, dump=False):
        """The messages of the answer without their heads; OSError if it is refused."""
        self.seq += 1
        body = GENERIC.pack(command, 1, 0) + b''.join(attribute(*attr) for attr in attrs)
        self.socket.send(MESSAGE.pack(
            MESSAGE.size + len(body), family,
            NLM_F_REQUEST | (NLM_F_DUMP if dump else NLM_F_ACK), self.seq, 0) + body)
        answers = []
        while True:
            data = self.receive_one()
            while data:
                length, kind, _, seq, _ = MESSAGE.unpack_from(data)
                content, data = data[MESSAGE.size:length], data[length + 3 & ~3:]
                if seq != self.seq:
                    self.other(kind, content)
                    continue
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    error = struct.unpack_from('=i', content)[0] if content else 0
                    if error < 0:
                        raise OSError(-error, self.why(content) or os.strerror(-error))
                    return answers
                answers.append(content[GENERIC.size:])

    def begin_policy(self, name):
        """Begin a dump of a family's policy: the first part of it comes and is left."""
        self.seq += 1
        body = GENERIC.pack(CTRL_CMD_GETPOLICY, 1, 0) + attribute(CTRL_ATTR_FAMILY_NAME, name)
        self.socket.send(MESSAGE.pack(MESSAGE.size + len(body), GENL_ID_CTRL,
                                      NLM_F_REQUEST | NLM_F_DUMP, self.seq, 0) + body)
        kind = MESSAGE.unpack_from(self.socket.recv(1 << 17, socket.MSG_PEEK))[1]
        if kind == NLMSG_ERROR:
            self.socket.recv(1 << 17)
            raise OSError(errno.ENOENT, f'there is no family {name}')

    def end_dump(self):
        """The number of the messages that come before the dump is done."""
        number = 0
        while True:
            data = self.receive_one()
            while data:
                length, kind = MESSAGE.unpack_from(data)[:2]
                if kind == NLMSG_DONE:
                    return number
                number += 1
                data = data[length + 3 & ~3:]

    def family(self, name):
        """(id, {name of a group: its id})"""
        answer, = self.request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, (CTRL_ATTR_FAMILY_NAME, name))
        found = dict(attributes(answer))
        groups = {}
        for _, group in attributes(found.get(CTRL_ATTR_MCAST_GROUPS, b'')):
            group = dict(attributes(group))
            groups[group[CTRL_ATTR_MCAST_GRP_NAME].rstrip(b'\0').decode()] = struct.unpack(
                '=I', group[CTRL_ATTR_MCAST_GRP_ID])[0]
        return struct.unpack('=H', found[CTRL_ATTR_FAMILY_ID])[0], groups

    def join(self, group):
        self.socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)


def numbers(header):
    """The numbers that the uapi header gives to commands and attributes."""
    with open(header, encoding='ascii') as file:
        text = file.read()
    found = {}
    for body in re.findall(r'enum \w* ?\{(.*?)\};', re.sub(r'/\*.*?\*/', '', text, flags=re.S),
                           re.S):
        value = -1
        for name, given in re.findall(r'(\w+)(?: = (\w+))?,', body + ','):
            value = int(given, 0) if given else value + 1
            found[name] = value
    return found
