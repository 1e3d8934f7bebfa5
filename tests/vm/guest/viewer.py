# SPDX-License-Identifier: GPL-2.0
"""Looks on at a session's group: a line "SESSION_ID SEQ" for each batch.

usage: viewer.py SESSION          ends with the session's last batch

Says "joined ID GROUP" on standard error first, and "missed" for each ENOBUFS.
"""
import errno
import os
import socket
import struct
import sys

from netlink import GENERIC, MESSAGE, Netlink, attributes, numbers

SO_RCVBUFFORCE = 33


def main(name):
    number = numbers(os.path.join(os.environ['top_srcdir'],
                                  'src/kernel/uapi/linux/clbench.h'))
    netlink = Netlink()
    family, groups = netlink.family('clbench')
    sessions = [dict(attributes(answer)) for answer in
                netlink.request(family, number['CLBENCH_CMD_SESSION_GET'], dump=True)]
    session, = (found for found in sessions
                if found[number['CLBENCH_A_SESSION_NAME']].rstrip(b'\0').decode() == name)
    group = session[number['CLBENCH_A_SESSION_GROUP']].rstrip(b'\0').decode()
    # Its own socket: an answer and a batch are never mixed up.
    viewer = Netlink()
    viewer.socket.settimeout(None)
    viewer.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
    viewer.join(groups[group])
    number_of = struct.unpack('=I', session[number['CLBENCH_A_SESSION_ID']])[0]
    print(f'joined {number_of} {group}', file=sys.stderr, flush=True)
    while True:
        try:
            data = viewer.socket.recv(1 << 18)
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise
            print('missed', file=sys.stderr, flush=True)
            continue
        batch = dict(attributes(data[MESSAGE.size + GENERIC.size:]))
        print(struct.unpack('=I', batch[number['CLBENCH_A_BATCH_SESSION_ID']])[0],
              struct.unpack('=Q', batch[number['CLBENCH_A_BATCH_SEQ']])[0], flush=True)
        if number['CLBENCH_A_BATCH_LAST'] in batch:
            return


if __name__ == '__main__':
    main(sys.argv[1])
