#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Removes chunks under the hands of who shows them, as retention may.

usage: overtake.py DIR LAST COMMAND...

Runs COMMAND, which stops at its first write to standard output, for there is too little
room. Then the chunks of DIR up to LAST, such as 000002, go, and COMMAND goes on. Ends
with its exit status.
"""
import fcntl
import os
import select
import shutil
import subprocess
import sys


def main():
    folder, last, *command = sys.argv[1:]
    output, end = os.pipe()
    fcntl.fcntl(output, fcntl.F_SETPIPE_SZ, 4096)
    with subprocess.Popen(command, stdout=end) as child:
        os.close(end)
        select.select([output], [], [])
        for chunk in os.listdir(folder):
            if chunk <= last:
                shutil.rmtree(f'{folder}/{chunk}')
        with open(output, 'rb') as text:
            sys.stdout.buffer.write(text.read())
    sys.exit(child.returncode)


if __name__ == '__main__':
    main()
