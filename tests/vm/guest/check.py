# SPDX-License-Identifier: GPL-2.0
"""Points of a test, one a line, for the function points of lib.sh."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..'))

# A factor of what is waited for: see lib.sh.
PATIENCE = int(os.environ.get('CLBENCH_VM_PATIENCE', '1'))

failed = False


def check(good, name, *what):
    """A point; what tells what was wrong."""
    global failed
    failed = failed or not good
    text = ' '.join(repr(part) for part in what)[:1000]
    print(f'ok {name}' if good else f'not ok {name} # {text}')
    return good


def same(got, wanted, name):
    """A point: both are equal; tells the first difference of lists."""
    if isinstance(got, list) and isinstance(wanted, list) and got != wanted:
        at = next((i for i, pair in enumerate(zip(got, wanted)) if pair[0] != pair[1]),
                  min(len(got), len(wanted)))
        return check(False, name, 'at', at, got[at:at + 3], 'wanted', wanted[at:at + 3],
                     'of', len(got), len(wanted))
    return check(got == wanted, name, got, 'wanted', wanted)
