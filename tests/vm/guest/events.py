#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Makes each built-in event happen, and judges whether traces tell of it.

usage: events.py drive FOLDER PLAN               does it, on a disk's file system
       events.py judge TRACE PLAN                a trace of all events
       events.py beside TRACE OTHER PLAN         a session of pagecache_delete beside it
       events.py list                            list --json on standard input
       events.py status SESSION PID COMM EVENTS  status --json on standard input
       events.py summary TRACE JSON              record --json=JSON against the trace
       events.py marked TRACE HEX...             the marks of a trace
"""
import json
import mmap
import os
import sys
from collections import Counter

from check import check, same

from judge import Stream

PAGE = 4096
REALTIME = 'PREEMPT_RT' in os.uname().version
PAGES = 96
DEVICE = ['dev', 'u32', 'device', None]
PAGECACHE = [DEVICE, ['ino', 'u64', None, None], ['offset', 'u64', 'bytes', None],
             ['nr_pages', 'u32', 'pages', None]]
BLOCK = [DEVICE, ['sector', 'u64', 'sectors', None], ['nr_sector', 'u32', 'sectors', None],
         ['rwbs', 'text', None, None]]
REASONS = {'other', 'wakeup', 'balance', 'stopper'}
EVENTS = {
    'pagecache_miss': ('pagecache', PAGECACHE),
    'pagecache_add': ('pagecache', PAGECACHE),
    'pagecache_delete': ('pagecache', PAGECACHE),
    'block_bio_queue': ('block', BLOCK),
    'block_rq_issue': ('block', BLOCK),
    'block_rq_complete': ('block', BLOCK + [['error', 's32', 'errno', None]]),
    'sched_migrate_task': ('sched', [
        ['tid', 'u32', None, None], ['prio', 's32', None, None], ['orig_cpu', 'u32', None, None],
        ['dest_cpu', 'u32', None, None], ['reason', 'u8', None, REASONS]]),
}


# ---------------------------------------------------------------------- driver

def cache(path):
    """Pages come by a write and by reads, go by advice and by truncation."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    for _ in range(PAGES):
        os.write(fd, bytes(PAGE))
    os.fsync(fd)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    for page in range(PAGES):
        os.pread(fd, PAGE, page * PAGE)
    os.ftruncate(fd, PAGES // 2 * PAGE)
    os.fsync(fd)
    return fd


def direct(path):
    buffer = mmap.mmap(-1, PAGE)
    fd = os.open(path, os.O_RDONLY | os.O_DIRECT)
    for page in range(PAGES // 2):
        os.preadv(fd, [buffer], page * PAGE)
    os.close(fd)


def spin(cpu, nice=0):
    """A child that runs on a CPU."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(ours)
        os.sched_setaffinity(0, {cpu})
        os.nice(nice)
        os.write(theirs, b'.')
        while True:
            pass
    os.close(theirs)
    os.read(ours, 1)
    os.close(ours)
    return pid


def sleeper():
    """A child on CPU 0 that sleeps until the first pipe tells it to go; it then answers."""
    (wait, go), (answers, answer) = os.pipe(), os.pipe()
    pid = os.fork()
    if not pid:
        os.close(go)
        os.sched_setaffinity(0, {0})
        os.write(answer, b'.')
        os.read(wait, 1)
        os.write(answer, b'.')
        os.read(wait, 1)
        os._exit(0)
    os.close(wait)
    os.close(answer)
    os.read(answers, 1)
    return pid, go, answers


def state(pid):
    with open(f'/proc/{pid}/stat', encoding='ascii') as file:
        return file.read().rpartition(')')[2].split()[0]


def migrate():
    """Moves a task that runs, with us on the CPU where it goes, and one that sleeps."""
    # A CPU without anything to do pulls tasks, before the stopper pushes them.
    busy = [spin(cpu, 19) for cpu in (0, 1)]
    running = spin(1)
    moves = []
    for _ in range(3):
        for orig, dest in ((1, 0), (0, 1)):
            os.sched_setaffinity(0, {dest})
            os.sched_setaffinity(running, {dest})
            moves.append([orig, dest])
    for pid in busy + [running]:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    os.sched_setaffinity(0, {0, 1})
    asleep, go, answers = sleeper()
    while state(asleep) != 'S':
        pass
    os.sched_setaffinity(asleep, {1})
    os.write(go, b'.')
    os.read(answers, 1)
    os.close(go)
    os.waitpid(asleep, 0)
    return {'running': running, 'moves': moves, 'asleep': asleep}


def drive(folder, plan):
    path = os.path.join(folder, f'driven-{os.getpid()}')
    fd = cache(path)
    direct(path)
    stat = os.fstat(fd)
    done = {'dev': os.major(stat.st_dev) << 20 | os.minor(stat.st_dev), 'ino': stat.st_ino,
            'tid': os.getpid(), **migrate()}
    os.close(fd)
    with open(plan, 'w', encoding='ascii') as file:
        json.dump(done, file)


# ----------------------------------------------------------------------- judge

def read(path):
    """{event: [(ts, cpu, context, tid, fields)]}, checked by the reader on the way."""
    stream = Stream(path, crc=True)
    found = {event.name: [] for event in stream.events.values()}
    for _, ts, number, cpu, context, tid, payload in stream.records():
        event = stream.events[number]
        found[event.name].append((ts, cpu, context, tid, event.values(payload)))
    return found


def of_file(found, name, plan):
    return [record for record in found[name]
            if (record[4]['dev'], record[4]['ino']) == (plan['dev'], plan['ino'])]


def covered(records):
    """How often each page is covered."""
    return Counter(page for *_, fields in records
                   for page in range(fields['offset'] // PAGE,
                                     fields['offset'] // PAGE + fields['nr_pages']))


def judge_cache(found, plan):
    add, delete = (of_file(found, f'pagecache_{name}', plan) for name in ('add', 'delete'))
    miss = of_file(found, 'pagecache_miss', plan)
    every = range(PAGES)
    same(covered(add), Counter({page: 2 for page in every}),
         'each page enters the page cache by the write, and again by the read')
    same(covered(delete), Counter({page: 1 + (page >= PAGES // 2) for page in every}),
         'each page leaves it by the advice, the second half again by the truncation')
    order = [name for _, name in sorted(
        [(record[0], 'add') for record in add] + [(record[0], 'delete') for record in delete])]
    same([name for at, name in enumerate(order) if order[at - 1:at] != [name]],
         ['add', 'delete', 'add', 'delete'], 'in this order')
    check(miss and miss[0][4]['offset'] == 0, 'the read misses its first page', miss[:1])
    same({(context, tid) for _, _, context, tid, _ in add + delete + miss}, {(0, plan['tid'])},
         'all of it happens in the task that did it')


def judge_block(found, plan):
    bio, issue, complete = ([record for record in found[f'block_{name}']
                             if record[4]['dev'] == plan['dev']]
                            for name in ('bio_queue', 'rq_issue', 'rq_complete'))
    # What has no sectors is a flush, or the end of a request around which there was one.
    data = [[record for record in records if record[4]['nr_sector']]
            for records in (issue, complete)]
    key = 'sector', 'nr_sector', 'rwbs'
    waiting, early, unmatched = {}, [], []
    for ts, *_, fields in data[0]:
        waiting.setdefault(tuple(fields[name] for name in key), []).append(ts)
    for ts, *_, fields in data[1]:
        times = waiting.get(tuple(fields[name] for name in key))
        if not times:
            unmatched.append(fields)
        elif times.pop(0) > ts:
            early.append(fields)
    left = [where for where, times in waiting.items() if times]
    check(len(data[0]) > PAGES // 2, 'there are requests', len(data[0]))
    check(not left and not unmatched, 'each request that is issued completes, once',
          left[:3], unmatched[:3])
    same(early, [], 'none completes before it is issued')
    same({fields['error'] for *_, fields in complete}, {0}, 'none completes with an error')
    # A worker of the block layer may issue what a task has queued, so by any task.
    wanted = [(ts, fields['sector']) for ts, _, _, tid, fields in bio
              if tid == plan['tid'] and fields['rwbs'][:1] == b'R' and fields['nr_sector'] == 8]
    # Neighbours may have been merged into one request.
    issued = [(ts, fields['sector'], fields['sector'] + fields['nr_sector'])
              for ts, _, _, _, fields in issue if fields['rwbs'][:1] == b'R']
    missing = [sector for ts, sector in wanted
               if not any(ts < then and first <= sector and sector + 8 <= end
                          for then, first, end in issued)]
    check(len(wanted) >= PAGES // 2 and not missing,
          'what a task reads directly enters the block layer, then goes to the driver',
          len(wanted), missing[:3])
    same({context for _, _, context, _, _ in bio}, {0}, 'requests enter in task context')
    # With PREEMPT_RT the handlers of interrupts are tasks.
    check({context for _, _, context, _, _ in complete} & ({0} if REALTIME else {1, 2}),
          'requests complete in interrupts', {context for _, _, context, _, _ in complete})


def judge_sched(found, plan):
    def of_task(tid):
        return [(record[3], [record[4]['orig_cpu'], record[4]['dest_cpu']], record[4]['reason'],
                 record[4]['prio']) for record in found['sched_migrate_task']
                if record[4]['tid'] == tid]
    moved = of_task(plan['running'])[-len(plan['moves']):]
    same([where for _, where, _, _ in moved], plan['moves'],
         'a task that is sent from CPU to CPU moves as asked')
    # Between its new mask and the stopper it may still be preempted, and be moved otherwise.
    reasons = [reason for _, _, reason, _ in moved]
    check(3 in reasons and set(reasons) <= {2, 3},
          'a running task is moved by the stopper', reasons)
    same({prio for *_, prio in moved}, {120}, 'with the priority that it has')
    same(of_task(plan['asleep'])[-1:], [(plan['tid'], [0, 1], 1, 120)],
         'a sleeping task moves when it is woken, by the task that wakes it')
    same([fields for *_, fields in found['sched_migrate_task']
          if fields['orig_cpu'] == fields['dest_cpu'] or max(
              fields['orig_cpu'], fields['dest_cpu']) > 1 or fields['reason'] > 3], [],
         'every migration leads from one CPU of two to the other')


def judge(path, plan):
    found = read(path)
    missing = [name for name in EVENTS if not found.get(name)]
    same(missing, [], 'each built-in event occurs')
    judge_cache(found, plan)
    judge_block(found, plan)
    judge_sched(found, plan)
    same((len(found['clbench_begin']), len(found['clbench_end']), found['clbench_discarded']),
         (1, 1, []), 'the trace begins, ends and has lost nothing')
    tasks = {fields['tid'] for *_, fields in found['clbench_task']}
    tids = {tid for name in EVENTS for _, _, _, tid, _ in found[name]}
    same(tids - tasks, set(), 'each task of a record is named')


def beside(path, other, plan):
    found = read(other)
    same([name for name in EVENTS if found.get(name)], ['pagecache_delete'],
         'a session beside it has its own event only')
    mine, theirs = ([record[4] for record in of_file(some, 'pagecache_delete', plan)]
                    for some in (read(path), found))
    check(mine == theirs and mine, 'and tells the same of it', len(mine), len(theirs))


# ------------------------------------------------------------------------ JSON

def judge_list():
    told = json.load(sys.stdin)
    events = {event['name']: event for event in told['events']}
    same((told['schema'], sorted(told['module'])), (1, ['protocol', 'version']),
         'list --json tells schema, version and protocol')
    for name, (group, fields) in EVENTS.items():
        event = events.get(name, {})
        got = [[field['name'], field['type'], field['unit'], field['labels'] and {
            label['name'] for label in field['labels']}] for field in event.get('fields', [])]
        same([event.get('group'), event.get('available'), event.get('why_not', 0),
              event.get('module'), got], [group, True, None, 'clbench', fields],
             f'list --json describes {name}')
        check(event.get('description') and event.get('source'),
              f'{name} has a description and a source', event)
    same(sorted(set(events) - set(EVENTS)), [], 'there are no other events')


def judge_status(name, pid, comm, events):
    told = json.load(sys.stdin)
    session, = (session for session in told['sessions'] if session['name'] == name)
    same((session['state'], session['reader']), ('recording', {'pid': int(pid), 'comm': comm}),
         'status tells the state and who reads')
    same(sorted(session['events']), sorted(events.split(',')), 'status counts the enabled events')
    wrong = [(which, counts) for which, counts in
             [*session['events'].items(), ('total', session['total'])]
             if counts['attempted'] != counts['delivered'] + counts['pending'] +
             sum(counts['discarded'].values()) + counts.get('excluded', 0) +
             counts.get('filtered', 0)]
    same(wrong, [], 'attempted = delivered + pending + discarded + excluded + filtered')
    same(session['total']['attempted'], sum(
        counts['attempted'] for counts in session['events'].values()), 'the total is the sum')
    same({'name', 'id', 'uuid', 'state', 'reader', 'started', 'config', 'memory', 'batches',
          'pending', 'total', 'events'} - set(session), set(), 'status --json has its keys')
    memory = session['memory']
    check(0 < memory['now_bytes'] <= memory['high_bytes'] <= memory['max_bytes'],
          'memory: now <= high <= max', memory)
    check(session['batches']['acked'] <= session['batches']['sent'], 'acked <= sent',
          session['batches'])


def judge_summary(path, file):
    with open(file, encoding='utf-8') as text:
        told = json.load(text)
    found = read(path)
    same({name: counts['delivered'] for name, counts in told['events'].items()},
         {name: len(found[name]) for name in EVENTS},
         'the summary counts what is in the trace')
    same((told['complete'], told['advice'], told['total']['attempted']),
         (True, None, sum(len(found[name]) for name in EVENTS)), 'and calls it complete')


def judge_marked(path, *texts):
    same([fields['text'].hex() for *_, fields in read(path)['clbench_mark']], list(texts),
         'marks come byte for byte, in order')


def main(what, *args):
    plan = {}
    if what in ('judge', 'beside'):
        with open(args[-1], encoding='ascii') as file:
            plan = json.load(file)
        args = *args[:-1], plan
    {'drive': drive, 'judge': judge, 'beside': beside, 'list': judge_list,
     'status': judge_status, 'summary': judge_summary, 'marked': judge_marked}[what](*args)


if __name__ == '__main__':
    main(*sys.argv[1:])
