# SPDX-License-Identifier: GPL-2.0
"""What clbench_load and clbench-ctl told about a recording, and its trace."""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'guest'), os.path.join(HERE, '..', '..')]

from check import PATIENCE, check, same  # noqa: E402
from judge import Stream, Violation  # noqa: E402

# What a judge takes from here, of its own and of others.
__all__ = ['ALL', 'CONTEXTS', 'PATIENCE', 'Stream', 'Violation', 'check', 'lanes', 'load_json',
           'same', 'verify']

CONTEXTS = 'task', 'softirq', 'hardirq', 'nmi'
ALL = (1 << 64) - 1


def load_json(folder, name):
    with open(os.path.join(folder, name), encoding='utf-8') as file:
        return json.load(file)


def verify(path):
    """(exit status, what verify --json says) of a trace."""
    done = subprocess.run([f'{os.environ["top_builddir"]}/clbench-ctl', 'verify', '--json', path],
                          stdout=subprocess.PIPE, encoding='utf-8', check=False)
    return done.returncode, json.loads(done.stdout)


def lanes(folder, name):
    """{(cpu, context): records} as clbench_load counted them."""
    found = {}
    with open(os.path.join(folder, name), encoding='ascii') as file:
        for line in file:
            words = line.split()
            if words[0] == 'lane':
                found[int(words[1]), CONTEXTS.index(words[2])] = int(words[3])
    return found
