# SPDX-License-Identifier: GPL-2.0
"""Where a file lies on its device, by FIEMAP."""
import fcntl
import struct

FS_IOC_FIEMAP = 0xc020660b
HEAD = struct.Struct('=QQLLLL')
EXTENT = struct.Struct('=QQQQQLLLL')
ROOM = 512


def extents(fd):
    """[(logical, physical, length)], in bytes."""
    buffer = bytearray(HEAD.size + ROOM * EXTENT.size)
    HEAD.pack_into(buffer, 0, 0, 1 << 62, 1, 0, ROOM, 0)  # after a sync
    fcntl.ioctl(fd, FS_IOC_FIEMAP, buffer)
    number = HEAD.unpack_from(buffer)[3]
    return [EXTENT.unpack_from(buffer, HEAD.size + i * EXTENT.size)[:3] for i in range(number)]


def sectors(layout, offset, length):
    """[[sector, number]] of a range of the file, one for each extent that it touches."""
    found = []
    for logical, physical, size in layout:
        first, last = max(offset, logical), min(offset + length, logical + size)
        if first < last:
            found.append([(physical + first - logical) // 512, (last - first) // 512])
    return found
