# SPDX-License-Identifier: GPL-2.0
"""clbench-ctl against daemons that are right, wrong, silent and hostile.

usage: daemon.py CTL FOLDER: CTL is to be tested, FOLDER is empty; says TAP.
"""
import copy
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time

from fake_daemon import Fake, Slow, With, batches, good, line
from make_trace import Trace, every_case, many_records

CTL, FOLDER = sys.argv[1:]
COUNT = FAILED = 0

CAUSES = ['full_cap', 'full_refill', 'nested', 'oversize', 'no_memory', 'no_rcu', 'overwritten',
          'abandoned']
SESSION = {'name': 'nightly', 'id': 7, 'uuid': '00010203-0405-0607-0809-0a0b0c0d0e0f',
           'dir': '/var/lib/clbench/traces/nightly', 'chunk': 1, 'nr_events': 6, 'nr_cpus': 8,
           'sent': 3}


def point(fine, name, *why):
    global COUNT, FAILED
    COUNT += 1
    FAILED += not fine
    print(f'{"" if fine else "not "}ok {COUNT} - {name}')
    for text in why if not fine else ():
        print('#', str(text).replace('\n', '\n# '))
    sys.stdout.flush()


def counts(attempted, pending=0, **discarded):
    lost = {cause: discarded.get(cause, 0) for cause in CAUSES}
    return {'attempted': attempted, 'delivered': attempted - pending - sum(lost.values()),
            'pending': pending, 'discarded': lost, 'excluded': 0, 'filtered': 0}


def session(name='nightly', **more):
    return {'name': name, 'id': 7, 'uuid': SESSION['uuid'], 'state': 'recording',
            'linger_left_ms': None, 'reader': {'pid': 612, 'comm': 'clbenchd'},
            'started': '2026-11-21T09:15:02.123456789Z',
            'config': {'nr_node': 4, 'node_nr_composed': 512, 'mem_max_bytes': 512 << 20,
                       'flush_period_ms': 100, 'window': 127, 'linger_ms': 30000},
            'memory': {'now_bytes': 3 << 20, 'high_bytes': 9 << 20, 'max_bytes': 512 << 20},
            'batches': {'sent': 5, 'acked': 4, 'resent': 1, 'retained': 2}, 'nodes_high': 9,
            'cut_age_ms': 1250, 'stalled_ms': 2005, 'late': 0, 'drained': 3, 'pending': 431,
            'events': {'pagecache_miss': dict(counts(1000, 31, full_cap=2, nested=1), missed=5),
                       'block_bio_queue': counts(204331, 400)},
            'total': counts(205331, 431, full_cap=2, nested=1),
            'trace': {'dir': SESSION['dir'], 'chunk': 3, 'chunks': 2, 'bytes': 1 << 20,
                      'paused': False, 'max_size_bytes': 0, 'rotate_size_bytes': 1 << 30,
                      'rotate_time_ns': 0, 'keep': 10, 'keep_size_bytes': 0, 'keep_age_ns': 0,
                      'removed_chunks': 1, 'removed_bytes': 4096}, **more}


def document(*sessions, **more):
    return {'schema': 1, 'module': {'version': '0.1.0', 'protocol': 1,
                                    'installed_version': None},
            'daemon': {'version': '0.1.0', 'pid': 612}, 'sessions_max': 32,
            'memory': {'used_bytes': 3 << 20, 'total_bytes': 1 << 30},
            'sessions': list(sessions), **more}


def status(*sessions, **more):
    return good(status=document(*sessions, **more))


EVENTS = {'schema': 1, 'module': {'version': '0.1.0', 'protocol': 1}, 'events': [
    {'name': 'block_bio_queue', 'group': 'block', 'source': 'tracepoint', 'module': 'clbench',
     'available': True, 'why_not': None, 'description': 'a request enters the block layer',
     'fields': [{'name': 'dev', 'type': 'u32', 'unit': 'device', 'labels': None},
                {'name': 'rwbs', 'type': 'text', 'size_bytes': 8, 'unit': None, 'labels': None}]},
    {'name': 'sched_migrate_task', 'group': 'sched', 'source': 'tracepoint', 'module': 'clbench',
     'available': False, 'why_not': 'no SMP', 'description': 'a task moves',
     'fields': [{'name': 'reason', 'type': 'u8', 'unit': None,
                 'labels': [{'value': 0, 'name': 'wakeup'}, {'value': 1, 'name': 'balance'}]},
                {'name': 'error', 'type': 's16', 'unit': None,
                 'labels': [{'value': -4, 'name': 'EINTR'}]}]},
    {'name': 'load_seq', 'group': None, 'source': None, 'module': 'load',
     'available': True, 'why_not': None, 'description': None, 'fields': []}]}


def said(done, status_, words, name):
    """One sentence on stderr with these words, and nothing on stdout."""
    point(done.status == status_ and words in done.err and done.err.count('\n') == 1 and
          done.err.startswith('clbench-ctl: ') and not done.out, name, done)


def requests():
    done = FAKE.run(
        'start', 'nightly', '-e', 'pagecache,block', '-e', 'sched*', '-o', 'night', '--duration', '1h',
        '--max-size=1G', '--nr-node', '8', '--node-nr-composed', '64', '--mem-max', '8M',
        '--flush-period', '50', '--window', '3', '--linger', '10m', '--sync', '--on-full', 'stop',
        '--strict', '--rotate-size', '64M', '--rotate-time', '10m', '--keep', '5', '--keep-size',
        '2G', '--keep-age', '7d', answers=[good(session=SESSION)])
    point(done.requests == [{'request': 'start', 'name': 'nightly', 'options': {
        'events': ['pagecache,block', 'sched*'], 'output': 'night', 'duration_ns': 3600 * 10**9,
        'max_size_bytes': 1 << 30, 'nr_node': 8, 'node_nr_composed': 64, 'mem_max_bytes': 8 << 20,
        'flush_period_ms': 50, 'window': 3, 'linger_ms': 600000, 'sync': True, 'on_full': 'stop',
        'strict': True, 'rotate_size_bytes': 64 << 20, 'rotate_time_ns': 600 * 10**9, 'keep': 5,
        'keep_size_bytes': 2 << 30, 'keep_age_ns': 7 * 86400 * 10**9}}],
        'start sends all its options', done)
    point((done.status, done.out, done.err) == (
        0, '', 'clbench-ctl: recording 6 events on 8 CPUs into /var/lib/clbench/traces/nightly '
        '(session nightly)\n'), 'and says what record says', done)
    done = FAKE.run('start', 'x', answers=[good(session=dict(SESSION, nr_events=1, nr_cpus=1))])
    point(done.requests == [{'request': 'start', 'name': 'x', 'options': {}}] and
          'recording 1 event on 1 CPU into' in done.err, 'what is not given is not sent', done)
    done = FAKE.run('start', 'x', '--duration', '0', '--max-size', '0', '--keep', '0', '--no-sync',
                    '--no-strict', '--on-full', 'pause', '--linger', '0',
                    answers=[good(session=SESSION)])
    point(done.requests[0]['options'] == {
        'duration_ns': 0, 'max_size_bytes': 0, 'keep': 0, 'sync': False, 'strict': False,
        'on_full': 'pause', 'linger_ms': 0}, 'what is given as 0 or no is sent', done)
    done = FAKE.run('start', 'x', '-e', b'a\xff"\\b', answers=[good(session=SESSION)])
    point(done.requests[0]['options'] == {'events': ['a\\xff"\\b']},
          'bytes that are no UTF-8 are sent as \\xNN', done)
    done = FAKE.run('start', 'x', *['-e', 'e' * 30000] * 3, answers=[good(session=SESSION)])
    said(done, 2, 'more than 64 KiB', 'a request that is too long is not sent')

    done = FAKE.run('set', 'nightly', '-e', 'block', '--mem-max', '1M', '--keep-age', '1h',
                    answers=[good(session=SESSION)])
    point(done.requests == [{'request': 'set', 'name': 'nightly', 'options': {
        'events': ['block'], 'mem_max_bytes': 1 << 20, 'keep_age_ns': 3600 * 10**9}}] and
        done.status == 0 and done.err ==
        'clbench-ctl: session nightly is set and records 6 events\n', 'set', done)
    done = FAKE.run('rotate', 'nightly', answers=[good(closed='/t/000003', chunk=4)])
    point(done.requests == [{'request': 'rotate', 'name': 'nightly'}] and done.status == 0 and
          done.err == 'clbench-ctl: /t/000003 is closed; session nightly goes on in chunk 4\n',
          'rotate', done)
    done = FAKE.run('mark', b'half \xff', '-s', 'nightly', answers=[good(marked=1)])
    point(done.requests == [{'request': 'mark', 'text': 'half \\xff', 'name': 'nightly'}] and
          (done.status, done.err) == (0, ''), 'mark', done)
    done = FAKE.run('mark', 'text', answers=[good(marked=2)])
    point(done.requests == [{'request': 'mark', 'text': 'text'}] and done.status == 0,
          'mark without a session', done)
    said(FAKE.run('mark', 'text', answers=[good(marked=0)]), 1, 'no session took it',
         'a mark that nobody took')


def refusals():
    for command in COMMANDS:
        for code, exit_status in ((1, 1), (2, 2), (99, 1), ('x', 1), (None, 1)):
            done = FAKE.run(*command, answers=[line(
                ok=False, status=code, error='cannot do it: it is forbidden;\nask somebody \x1b')])
            # What it only has to ask first cannot be a wrong command line.
            if command[0] in ('list', 'status', 'stop'):
                exit_status = 1
            said(done, exit_status, 'clbench-ctl: cannot do it: it is forbidden;\\x0aask somebody \\x1b',
                 f'{command[0]}: refused with status {code}')
        said(FAKE.run(*command, answers=[line(ok=False)]), 1, 'cannot be understood',
             f'{command[0]}: refused without a sentence')


HOSTILE = {
    'closes at once': (None, 'ended before it answered'),
    'half a line': (b'{"ok":tr', 'ended before it answered'),
    'no newline': (b'{"ok":true}', 'ended before it answered'),
    'garbage': (b'\x00\xff\x80garbage\n', 'not JSON'),
    'an empty line': (b'\n', 'not JSON'),
    'something behind it': (b'{"ok":true} {}\n', 'not JSON'),
    'a key twice': (b'{"ok":true,"ok":false}\n', 'not JSON'),
    'bytes that are no UTF-8': (b'{"ok":true,"error":"\xff"}\n', 'not JSON'),
    'NUL in a string': (b'{"ok":true,"text":"a\\u0000b"}\n', 'not JSON'),
    'a number too large': (b'{"ok":true,"marked":99999999999999999999}\n', 'not JSON'),
    'brackets without end': (b'[' * 1000000 + b'\n', 'not JSON'),
    'null': (b'null\n', 'not JSON'),
    'an array': (b'[1,2]\n', 'not JSON|cannot be understood'),
    'no ok': (b'{}\n', 'cannot be understood'),
    'ok is a number': (b'{"ok":1}\n', 'cannot be understood'),
    'nothing but ok': (b'{"ok":true}\n', 'cannot be understood'),
    'wrong types': (line(ok=True, session=3, summary=[], text={}, closed=1, chunk='x', status=[],
                         events='x', marked='1', strict_failed=0), 'cannot be understood'),
    'wrong types within': (line(ok=True, session={'name': 1, 'dir': None, 'nr_events': '6'},
                                text='x', strict_failed='no', closed='x', chunk=None,
                                status={'sessions': 5}, events={'module': [], 'events': {}},
                                marked=None, metadata=5), 'cannot be understood'),
}


def hostile():
    for command in COMMANDS:
        for name, (answer, words) in HOSTILE.items():
            done = FAKE.run(*command, answers=[answer])
            point(done.status == 1 and re.search(words, done.err) and not done.out and
                  done.err.count('\n') == 1, f'{command[0]}: {name}', done)
        done = FAKE.interrupt(*command, silent=True)
        point(done.status == -signal.SIGINT and not done.err and not done.out,
              f'{command[0]}: SIGINT ends it while the daemon is silent', done)
    done = FAKE.run('rotate', 'x', answers=[Slow(good(closed='c', chunk=1))])
    point(done.status == 0, 'an answer may come byte by byte', done)
    done = FAKE.run('rotate', 'x', answers=[good(closed='c', chunk=1) + b'{"more":1}\n'])
    point(done.status == 0, 'what nobody asked for is left alone', done)
    done = FAKE.run('rotate', 'x', answers=[
        b' ' * (20 << 20) + good(closed='d', chunk=1, more='x' * (20 << 20))])
    point(done.status == 0 and ': d is closed' in done.err, 'an answer may have 40 MiB', done)
    null = os.open('/dev/null', os.O_RDONLY)
    done = FAKE.run('rotate', 'x', answers=[With(good(closed='c', chunk=1), *[null] * 20)])
    point(done.status == 0, 'descriptors that nobody asked for are no harm', done)
    os.close(null)


def unreachable():
    def run(path, *arguments, **options):
        process = subprocess.run([CTL, *arguments], capture_output=True, check=False,
                                 env=dict(os.environ, CLBENCHD_SOCKET=path), **options)
        return process.returncode, process.stdout.decode(), process.stderr.decode()

    nowhere = os.path.join(FOLDER, 'nowhere')
    dead = os.path.join(FOLDER, 'dead')
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(dead)
    listener.close()
    for command in COMMANDS:
        for path in nowhere, dead:
            code, out, err = run(path, *command)
            point((code, out) == (1, '') and err.endswith(
                ': the daemon is not running; systemctl start clbenchd\n') and
                err.count('\n') == 1, f'{command[0]}: no daemon', code, out, err)
    code, out, err = run('/' + 'x' * 200, 'rotate', 'x')
    point((code, out) == (1, '') and 'File name too long' in err, 'a path that is too long', err)

    closed = os.path.join(FOLDER, 'closed')
    os.mkdir(closed, 0)

    def become_nobody():
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)

    try:
        code, out, err = run(os.path.join(closed, 'socket'), 'rotate', 'x',
                             preexec_fn=become_nobody)
    except (OSError, subprocess.SubprocessError):
        code = 126
    if code in (126, 127):
        print(f'ok {COUNT + 1} - no right # SKIP nobody cannot run clbench-ctl here')
        globals()['COUNT'] += 1
    else:
        point(code == 1 and re.search(
            'not in group clbench; `adduser [a-z0-9_-]+ clbench` and log in again, or run it as root',
            err), 'no right: it says which group, and how', code, err)
    os.rmdir(closed)


def stops():
    answer = {'summary': {'schema': 1, 'complete': True}, 'text': 'EVENT  A\nCOMPLETE: 5\x1b records\n',
              'strict_failed': False}
    done = FAKE.run('stop', 'nightly', answers=[status(session()), good(**answer)])
    point([r['request'] for r in done.requests] == ['status', 'stop'] and
          done.requests[1] == {'request': 'stop', 'name': 'nightly'} and
          (done.status, done.out, done.err) == (0, '', 'EVENT  A\nCOMPLETE: 5\\x1b records\n'),
          'stop prints what record prints', done)
    done = FAKE.run('stop', '--give-up', '--json', 'nightly',
                    answers=[status(session()), good(**dict(answer, strict_failed=True))])
    point(done.requests[1] == {'request': 'stop', 'name': 'nightly', 'give_up': True} and
          done.status == 1 and json.loads(done.out) == answer['summary'],
          'stop --give-up --json of a strict session that lost records', done)
    done = FAKE.run('stop', 'a', 'nightly', 'b', answers=[
        status(session('b', trace=None), session()), good(**answer)])
    point(done.status == 1 and done.err.splitlines() == [
        'clbench-ctl: no session "a": it ended or never was; see clbench-ctl status',
        'EVENT  A', 'COMPLETE: 5\\x1b records',
        "clbench-ctl: cannot stop b: it is not the daemon's; run it as root"],
        'stop tries all sessions', done)
    done = FAKE.run('stop', 'one', 'two', answers=[
        status(session('one'), session('two')), None, good(**answer)])
    point(done.status == 1 and 'cannot stop one: the daemon ended' in done.err and
          'COMPLETE' in done.err, 'a daemon that dies and comes back', done)
    for name, answers in (
            ('no document', [good(status=None)]), ('no sessions', [good(status={})]),
            ('no text', [status(session()), good(summary={}, strict_failed=False)]),
            ('wrong text', [status(session()), good(**dict(answer, text=5))]),
            ('wrong strict_failed', [status(session()), good(**dict(answer, strict_failed=1))]),
            ('wrong summary', [status(session()), good(**dict(answer, summary='x'))])):
        done = FAKE.run('stop', 'nightly', answers=answers)
        said(done, 1, 'cannot be understood', f'stop: {name}')
    done = FAKE.interrupt('stop', 'nightly', answers=[status(session())], silent=True)
    point(done.status == -signal.SIGINT, 'SIGINT ends stop while the daemon stores', done)


def lists():
    done = FAKE.run('list', '--json', answers=[good(events=EVENTS)])
    point(done.status == 0 and json.loads(done.out) == EVENTS, 'list --json is the document',
          done)
    done = FAKE.run('list', answers=[good(events=EVENTS)])
    point(done.out == '''\
EVENT               GROUP  SOURCE      DESCRIPTION
block_bio_queue     block  tracepoint  a request enters the block layer
sched_migrate_task  sched  tracepoint  a task moves (not here: no SMP)
load_seq            -      -           \n''', 'list', done)
    done = FAKE.run('list', '-v', 'block', 'sched_migrate_task', answers=[good(events=EVENTS)])
    point(done.out == '''\
block_bio_queue (block), tracepoint: a request enters the block layer
  dev u32 device  rwbs text[8]
sched_migrate_task (sched), tracepoint: a task moves (not here: no SMP)
  reason u8 (wakeup=0, balance=1)  error s16 (EINTR=-4)
''', 'list -v', done)
    said(FAKE.run('list', 'block_bio_que', answers=[good(events=EVENTS)]), 2, 'nearest',
         'list of what is not there')
    spoil(EVENTS, lambda bad: FAKE.run('list', '-v', answers=[good(events=bad)]),
          'list', {'schema', 'available'})


def leaves(value, path=()):
    """Paths to everything in a document, and to what holds it."""
    if path:
        yield path
    for key in value if isinstance(value, dict) else \
            range(len(value)) if isinstance(value, list) else ():
        yield from leaves(value[key], path + (key,))


def spoil(right, run, name, unread):
    """One value at a time is wrong: it is printed, or there is one sentence."""
    bad_ones = []
    for path in leaves(right):
        for wrong in ({}, 'x', -1, None, 1.5):
            bad = copy.deepcopy(right)
            at = bad
            for key in path[:-1]:
                at = at[key]
            if at[path[-1]] == wrong or path[-1] in unread:
                continue
            at[path[-1]] = wrong
            done = run(bad)
            if done.status not in (0, 1) or (done.status == 1 and (
                    done.out or 'cannot be understood' not in done.err)):
                bad_ones.append((path, wrong, done))
            if len(bad_ones) > 3:
                break
    point(not bad_ones, f'{name}: one value of the document is wrong', *bad_ones)


def statuses():
    full = [session(), session('other', trace=None, state='orphaned', linger_left_ms=12345,
                               reader=None, cut_age_ms=None, events={}, total=counts(0))]
    done = FAKE.run('status', '--json', answers=[status(*full)])
    got = json.loads(done.out)
    tools = got.pop('tools')
    point(got == document(*full) and set(tools) == {'version'},
          'status --json is the document, and the version of the tools', done)
    version = tools['version']
    done = FAKE.run('status', answers=[status(*full, module={
        'version': version, 'protocol': 1, 'installed_version': version},
        daemon={'version': version, 'pid': 1})])
    point(done.out == f'''\
module {version}, protocol 1, 2 sessions
SESSION      STATE      READER             EVENTS  ATTEMPTED  DELIVERED  PENDING  DISCARDED  MEMORY now/high/max
nightly      recording  612 clbenchd            2     205331     204897      431          3  3M/9M/512M
other        orphaned   - (12 s left)           0          0          0        0          0  3M/9M/512M
''', 'status for people', done)
    done = FAKE.run('status', 'other', answers=[status(*full, module={
        'version': '9.8.7', 'protocol': 1, 'installed_version': '9.9.0'}, daemon=None)])
    point(done.out.splitlines()[0] == f'module 9.8.7, protocol 1, 1 session '
          f'(installed: 9.9.0, tools: {version})' and 'nightly' not in done.out,
          'status tells versions that differ, and of one session', done)
    done = FAKE.run('status', answers=[status(module={
        'version': version, 'protocol': 1, 'installed_version': None}, daemon=None)])
    point((done.status, done.out) == (0, f'module {version}, protocol 1, no session\n'),
          'status without a session', done)
    said(FAKE.run('status', 'nightly', 'none', answers=[status(*full)]), 1,
         'no session "none": it ended or never was', 'status of a session that is not there')
    paused = session()
    paused['trace']['paused'] = True
    done = FAKE.run('status', answers=[status(paused)])
    point('\nnightly is paused: there is no room for /var' in done.out, 'status tells a pause',
          done)
    for form in ('--json', '--prometheus', '--time'):
        arguments = ['status'] + ([] if form == '--time' else [form])
        spoil(document(session(), session('b')),
              lambda bad: FAKE.run(*arguments, answers=[good(status=bad)]),
              ' '.join(arguments), {'schema', 'started'})


def watches():
    answers = [status(session(), sessions_max=n) for n in range(3)]
    done = FAKE.run('status', '--watch=10ms', '--json', answers=list(answers))
    lines = [json.loads(text)['sessions_max'] for text in done.out.splitlines()]
    point(lines == [0, 1, 2] and done.status == 1 and 'the daemon ended' in done.err,
          '--watch --json prints a line each time, until it fails', done)
    done = FAKE.interrupt('status', '--watch=1h', answers=[status(session())])
    point(done.status == 0 and not done.err, 'Ctrl-C ends --watch with 0', done)
    done = FAKE.interrupt('status', '--watch', silent=True)
    point(done.status == 0 and not done.err, 'also while the daemon is silent', done)
    process = FAKE.start('status', '--watch=1h', answers=[status(session())])
    process.stdout.read(1)
    process.stdout.close()
    process.stdout = open(os.devnull, 'rb')
    done = FAKE.finish(process)
    point(done.status == 0 and not done.err, 'a closed pipe ends --watch quietly', done)
    for wrong in ('0', 'x', '30d', '1us'):
        said(FAKE.run('status', f'--watch={wrong}'), 2, '--watch', f'--watch={wrong}')
    said(FAKE.run('status', '--watch', '--prometheus'), 2, 'exclude each other',
         '--watch and --prometheus')
    said(FAKE.run('status', '--json', '--prometheus'), 2, 'exclude each other',
         '--json and --prometheus')

    FAKE.answers, FAKE.silent = list(answers), False
    pid, terminal = pty.fork()
    if not pid:
        os.environ['CLBENCHD_SOCKET'] = FAKE.path
        os.execv(CTL, [CTL, 'status', '--watch=10ms'])
    seen, deadline = b'', time.monotonic() + 60
    while seen.count(b'nightly') < 3 and time.monotonic() < deadline:
        if select.select([terminal], [], [], 1)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                break
    os.waitpid(pid, 0)
    point(seen.count(b'\033[H\033[J') == 3, 'on a terminal it is drawn again', seen)
    os.close(terminal)


SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?[0-9.]+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)')


def parse(text):
    """Samples of the text format; raises what is against its rules."""
    samples, types, family = {}, {}, None
    assert text.endswith('\n')
    for row in text[:-1].split('\n'):
        if row.startswith('# HELP '):
            family = row.split()[2]
            assert family not in types, f'{family} twice'
            types[family] = None
        elif row.startswith('# TYPE '):
            _, _, name, kind = row.split()
            assert name == family and kind in ('counter', 'gauge'), row
            assert (kind == 'counter') == name.endswith('_total'), row
            types[name] = kind
        else:
            name, labels, value = SAMPLE.match(row).groups()
            assert name == family and types[name], f'{name} within {family}'
            pairs, rest = [], labels or ''
            while rest:
                label = LABEL.match(rest)
                assert label, rest
                pairs.append((label[1], re.sub(r'\\(.)', lambda m: '\n' if m[1] == 'n' else m[1],
                                               label[2])))
                rest = rest[label.end():]
            key = (name, tuple(pairs))
            assert key not in samples, f'{key} twice'
            samples[key] = float(value)
    return samples


def prometheus():
    done = FAKE.run('status', '--prometheus', answers=[status(
        session(), session('a\\"b\nc', trace=None, state='orphaned', linger_left_ms=12345,
                           reader=None, cut_age_ms=None))])
    samples = parse(done.out)

    def of(name, **labels):
        return samples.get(('clbench_' + name, tuple(labels.items())))

    wanted = {
        ('sessions',): 2, ('sessions_max',): 32, ('daemon_up',): 1, ('protocol_version',): 1,
        ('memory_used_bytes',): 3 << 20, ('memory_limit_bytes',): 1 << 30,
        ('session_memory_bytes', 'nightly'): 3 << 20, ('session_nodes_high', 'nightly'): 9,
        ('session_memory_high_bytes', 'nightly'): 9 << 20,
        ('session_memory_limit_bytes', 'nightly'): 512 << 20,
        ('session_batches_sent_total', 'nightly'): 5,
        ('session_batches_acked_total', 'nightly'): 4,
        ('session_batches_resent_total', 'nightly'): 1,
        ('session_batches_retained', 'nightly'): 2,
        ('session_stalled_seconds_total', 'nightly'): 2.005,
        ('session_late_records_total', 'nightly'): 0,
        ('session_drained_records_total', 'nightly'): 3,
        ('session_cut_age_seconds', 'nightly'): 1.25,
        ('session_cut_age_seconds', 'a\\"b\nc'): None,
        ('session_linger_left_seconds', 'nightly'): None,
        ('session_linger_left_seconds', 'a\\"b\nc'): 12.345,
        ('session_trace_bytes', 'nightly'): 1 << 20, ('session_trace_chunks', 'nightly'): 2,
        ('session_trace_removed_chunks_total', 'nightly'): 1,
        ('session_trace_removed_bytes_total', 'nightly'): 4096,
        ('session_trace_paused', 'nightly'): 0, ('session_trace_bytes', 'a\\"b\nc'): None,
        ('records_attempted_total', 'nightly', 'pagecache_miss'): 1000,
        ('records_delivered_total', 'nightly', 'pagecache_miss'): 966,
        ('records_pending', 'nightly', 'block_bio_queue'): 400,
        ('records_excluded_total', 'nightly', 'block_bio_queue'): 0,
        ('records_filtered_total', 'nightly', 'block_bio_queue'): 0,
        ('probe_missed_total', 'nightly', 'pagecache_miss'): 5,
        ('probe_missed_total', 'nightly', 'block_bio_queue'): None,
        ('records_discarded_total', 'nightly', 'pagecache_miss', 'full_cap'): 2,
        ('records_discarded_total', 'nightly', 'pagecache_miss', 'no_rcu'): 0}
    wrong = {key: of(key[0], **dict(zip(('session', 'event', 'cause'), key[1:])))
             for key, value in wanted.items()
             if of(key[0], **dict(zip(('session', 'event', 'cause'), key[1:]))) != value}
    point(done.status == 0 and not wrong, '--prometheus tells every counter', wrong, done.out)
    point([of('session_state', session='nightly', state=s) for s in
           ('starting', 'recording', 'draining', 'ended', 'orphaned')] == [0, 1, 0, 0, 0],
          'a session is in one state')
    point(of('module_info', version='0.1.0', installed_version='') == 1 and
          of('daemon_info', version='0.1.0') == 1, 'versions are labels', done.out)
    lost = sum(value for (name, labels), value in samples.items()
               if name == 'clbench_records_discarded_total' and ('session', 'nightly') in labels)
    point(lost == 3, 'the causes add up', lost)
    none = parse(FAKE.run('status', '--prometheus', answers=[status(daemon=None)]).out)
    point(none[('clbench_sessions', ())] == 0 and none[('clbench_daemon_up', ())] == 0 and
          not any('session_' in name for name, _ in none), 'without a session', none)
    try:
        from prometheus_client.parser import text_string_to_metric_families
    except ImportError:
        print(f'ok {COUNT + 1} - Prometheus reads the same # SKIP no python3-prometheus-client')
        globals()['COUNT'] += 1
        return
    theirs = {(s.name, tuple(s.labels.items())): s.value
              for family in text_string_to_metric_families(done.out) for s in family.samples}
    point(theirs == samples, "Prometheus' own client reads the same",
          set(theirs.items()) ^ set(samples.items()))


class Tail:
    """A trace, and the socket that its batches come to."""

    def __init__(self, number=None):
        self.dir = os.path.join(FOLDER, f'trace{number or ""}')
        trace = Trace(self.dir, offset_ns=1763716502123456789)
        if number:
            many_records(trace, number, 1500)
        else:
            every_case(trace)
        trace.write()
        self.metadata, self.stream = trace.metadata(), bytes(trace.stream)
        self.near, self.far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)

    def answer(self, *descriptors, **change):
        return With(good(**dict({'session': SESSION, 'metadata': self.metadata}, **change)),
                    *(descriptors or [self.far]))

    def feed(self, messages):
        for message in messages:
            self.near.send(message)


def shown(folder):
    return subprocess.run([CTL, 'show', '--json', folder], capture_output=True, check=True,
                          env=dict(os.environ, LC_ALL='C.UTF-8')).stdout.decode()


def tails():
    for number in (None, 5000):
        tail = Tail(number)
        process = FAKE.start('tail', '--json', 'nightly', answers=[tail.answer()], silent=True)
        tail.feed(batches(tail.stream, 7))
        done = FAKE.finish(process)
        point(done.status == 0 and done.requests == [{'request': 'tail', 'name': 'nightly'}] and
              done.out == shown(tail.dir) and done.err.endswith('session nightly ended\n'),
              f'tail shows every record ({number or "of every kind"})', done)

    tail = Tail(5000)
    messages = batches(tail.stream, 7, skip=(3, 4)) + batches(tail.stream, 8)
    process = FAKE.start('tail', '--json', answers=[tail.answer()], silent=True)
    tail.feed(messages)
    done = FAKE.finish(process)
    point(done.status == 0 and done.requests == [{'request': 'tail'}] and
          done.out.count('{"missed_batches":2}\n') == 1 and '2 batches were missed' in done.err,
          'what is missing is told, other sessions are not', done)

    tail = Tail(5000)
    messages = batches(tail.stream, 7)
    tail.feed(messages[:-3])
    done = FAKE.run('tail', '--json', answers=[lambda connection: (
        FAKE.send(connection, tail.answer()),
        connection.sendall(b'{"event":"hello"}\n{"event":"en'),
        connection.sendall(b'ded","sent":%d}\n' % len(messages)))], silent=True)
    point(done.status == 0 and done.out.endswith('{"missed_batches":3}\n'),
          'the end comes from the daemon, too, and shows what was missed last', done)

    tail = Tail()
    tail.feed(batches(tail.stream, 7)[:-1])
    done = FAKE.run('tail', '--json', answers=[tail.answer()])
    point(done.status == 1 and done.out and 'the daemon has gone' in done.err,
          'a daemon that goes before the end is told', done)
    tail = Tail()
    process = FAKE.start('tail', answers=[tail.answer()], silent=True)
    said_so = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    done = FAKE.finish(process)
    point(done.status == 0 and b'following session nightly' in said_so and not done.err,
          'Ctrl-C ends tail with 0', done)

    tail = Tail()
    said(FAKE.run('tail', answers=[good(session=SESSION, metadata=tail.metadata)]), 1,
         'cannot be understood', 'tail without a descriptor')
    for name, metadata in (('no', ''), ('another', 'x' * 100000),
                           ('damaged', tail.metadata.replace('uint8_t', 'uint9_t', 1))):
        done = FAKE.run('tail', answers=[tail.answer(metadata=metadata)])
        point(done.status == 1 and 'cannot read session nightly' in done.err and not done.out,
              f'tail with {name} metadata', done)
    for name, change in (('id', -1), ('id', 1 << 40), ('id', 'x'), ('name', 5)):
        done = FAKE.run('tail', answers=[tail.answer(session=dict(SESSION, **{name: change}))])
        said(done, 1, 'cannot be understood', f'tail: the session has the {name} {change}')
    said(FAKE.run('tail', '-e', 'nosuch', answers=[tail.answer()]), 2, 'no event or group',
         'tail of an event that is not in it')

    messages = batches(tail.stream, 7)
    for name, datagram in (
            ('nothing', b'\0'), ('garbage', os.urandom(500)), ('a cut one', messages[1][:60]),
            ('a damaged one', messages[1][:-9] + bytes([messages[1][-9] ^ 1]) + messages[1][-8:]),
            ('a large one', messages[1] + b'\0' * 100000)):
        tail = Tail()
        process = FAKE.start('tail', answers=[tail.answer()], silent=True)
        tail.feed([datagram])
        done = FAKE.finish(process)
        point(done.status == 1 and re.search('cannot read session nightly: [a-zA-Z]', done.err),
              f'tail is sent {name}', done)
    with open('/dev/null', 'rb') as null:
        done = FAKE.run('tail', answers=[Tail().answer(null)], silent=True)
        point(done.status == 1 and 'cannot read session nightly' in done.err,
              'tail gets a file', done)


COMMANDS = [['start', 'nightly'], ['set', 'nightly', '--sync'], ['rotate', 'nightly'],
            ['stop', 'nightly'], ['mark', 'text'], ['list'], ['status'], ['status', '--json'],
            ['status', '--prometheus'], ['tail']]

FAKE = Fake(CTL)
for part in (requests, refusals, hostile, unreachable, stops, lists, statuses, watches, prometheus,
             tails):
    part()
print(f'1..{COUNT}')
sys.exit(FAILED > 0)
