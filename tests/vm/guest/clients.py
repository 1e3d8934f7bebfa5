#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The family through the kernel's own client, ynl, and our specification.

usage: clients.py family      commands, their kinds and rights, groups: as in the specification
       clients.py policy      so what each command takes
       clients.py events      the events, by the command line
       clients.py refusals    sentences, and the attributes that they are about
       clients.py session     a session from its start to its end
       clients.py viewer      batches of another's session, by the command line

CLBENCH_YNL is a folder of fetch-ynl.
"""
import errno
import json
import os
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import uuid

import yaml

from check import check, same
from judge import HEADER, Stream
from netlink import (CTRL_ATTR_FAMILY_NAME, CTRL_CMD_GETFAMILY, GENL_ID_CTRL, Netlink, attributes)

YNL = os.path.join(os.environ['CLBENCH_YNL'], 'tools/net/ynl/pyynl')
SPECIFICATION = os.path.join(os.environ['top_srcdir'], 'src/kernel/clbench.yaml')
SCHEMA = os.path.join(os.environ['CLBENCH_YNL'], 'Documentation/netlink/genetlink.yaml')
CTL = os.environ.get('CTL', 'clbench-ctl')
CONTROL = '/sys/kernel/debug/clbench_load/control'
EVENT = 'clbench_load_seq'
SO_RCVBUFFORCE = 33
CTRL_ATTR_OPS = 6
ADMIN_PERM, CAN_DO, CAN_DUMP, HAS_POLICY = 1, 2, 4, 8
LARGEST = {'u32': (1 << 32) - 1, 'u64': (1 << 64) - 1}

sys.path.insert(0, YNL)
from lib import NlError, YnlFamily  # noqa: E402 pylint: disable=wrong-import-position

with open(SPECIFICATION, encoding='utf-8') as specification:
    SPEC = yaml.safe_load(specification)
OPERATIONS = {op['name']: op for op in SPEC['operations']['list']}
SETS = {s['name']: {a['name']: a for a in s['attributes']} for s in SPEC['attribute-sets']}


class Family(YnlFamily):
    """Keeps the bytes that a refusal's offset points at, which ynl turns into a name."""

    def __init__(self):
        super().__init__(SPECIFICATION, schema='')
        self.blamed = None

    def _decode_extack(self, request, op, extack, vals):
        at = extack.get('bad-attr-offs')
        if at is not None:
            self.blamed = request[at + 4:at + struct.unpack_from('=H', request, at)[0]]
        super()._decode_extack(request, op, extack, vals)


def command_line(*args, **keys):
    return subprocess.run(['python3', os.path.join(YNL, 'cli.py'), '--spec', SPECIFICATION, *args],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding='utf-8',
                          check=False, **keys)


def ask(*args):
    done = command_line('--schema', SCHEMA, '--output-json', *args)
    if done.returncode:
        sys.exit(f'ynl {args}: {done.stdout}')
    return json.loads(done.stdout)


def produced():
    """Records that clbench_load has pushed since it was loaded."""
    with open(CONTROL, encoding='ascii') as file:
        return sum(int(line.split()[3]) for line in file if line.startswith('lane'))


def produce(records):
    """Pushes so many; returns when they are there. How many those were, as the load counts."""
    with open(CONTROL, 'w', encoding='ascii') as file:
        file.write(f'push records={records}')
    return produced()


# ---------------------------------------------------------------------------- what there is

def family():
    """By genl, whose output has nothing of the specification."""
    out = subprocess.run(['genl', '-d', 'ctrl', 'get', 'name', SPEC['name']], check=True,
                         stdout=subprocess.PIPE, encoding='utf-8').stdout
    version = re.search(r'Version: 0x(\w+) +header size: (\d+)', out)
    same((int(version[1], 16), int(version[2])), (SPEC.get('version', 1), 0),
         'the version is that of the specification, without a header of its own')
    # The kernel gives a policy that refuses all to what has none.
    kinds = {'do': CAN_DO, 'dump': CAN_DUMP, 'doc': HAS_POLICY}
    wanted = {number: sum(kinds[kind] for kind in kinds if kind in op) +
              sum({'admin-perm': ADMIN_PERM}[flag] for flag in op.get('flags', ()))
              for number, op in enumerate(SPEC['operations']['list'], 1) if 'event' not in op}
    same(sorted(int(number, 16) for number in re.findall(r'#\d+: +ID-0x(\w+) *\n', out)),
         sorted(wanted), 'so are the commands')
    # Of families with version 1 genl does not tell what a command can.
    answer, = Netlink().request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY,
                                (CTRL_ATTR_FAMILY_NAME, SPEC['name']))
    found = [dict(attributes(op)) for _, op in attributes(dict(attributes(answer))[CTRL_ATTR_OPS])]
    same(sorted(tuple(int.from_bytes(op[key], sys.byteorder) for key in (1, 2)) for op in found),
         sorted(wanted.items()), 'and what each can, and who may')
    same(re.findall(r'#\d+: +ID-0x\w+ +name: (\S+)', out),
         [group['name'] for group in SPEC['mcast-groups']['list']],
         'and the groups, in the same order')


def wanted_policy(op, kind):
    """What ynl should tell of the kernel's policy, from the specification alone."""
    wanted = {}
    for name in op[kind].get('request', {}).get('attributes', ()):
        attribute = SETS[op['attribute-set']][name]
        checks = attribute.get('checks', {})
        if attribute['type'] == 'string':
            wanted[name] = {'type': 'nul-string', 'max-length': checks['max-len']}
        elif attribute['type'] == 'flag':
            wanted[name] = {'type': 'flag'}
        else:
            wanted[name] = {'type': attribute['type'], 'min-value': checks.get('min', 0),
                            'max-value': checks.get('max', LARGEST[attribute['type']])}
    return wanted


def policy():
    ynl = Family()
    for name, op in OPERATIONS.items():
        for kind in ('do', 'dump'):
            if kind not in op:
                continue
            found = ynl.get_policy(name, kind)
            # The kernel has one policy for both kinds of a command; see refusals.
            wanted = wanted_policy(op, 'do' if 'do' in op else kind)
            # An entry that only refuses has no type.
            same({key: value for key, value in found.to_dict().items() if value.get('type')},
                 wanted, f'{name}, {kind}: takes what the specification says')


# -------------------------------------------------------------------------------- events

def events():
    found = {event['name']: event for event in ask('--dump', 'event-get')}
    listed = json.loads(subprocess.run([CTL, 'list', '-v', '--json'], check=True,
                                       stdout=subprocess.PIPE, encoding='utf-8').stdout)
    same(sorted(found), sorted(set(found) | {event['name'] for event in listed['events']}),
         'ynl lists all events that clbench-ctl lists')
    event = found[EVENT]
    same((event['module'], event['source'], event['description']),
         ('clbench_load', 'module clbench_load', 'test records, numbered by CPU and context'),
         'and an event of another module with where it is from')
    same([(field['name'], field['type']) for field in event['field']],
         [('number', 'u64'), ('check', 'u64'), ('run', 'u32'), ('cpu', 'u16'), ('context', 'u8')],
         'its fields in their order, with types by name')
    same([(label['value'], label['name']) for label in event['field'][4]['label']],
         list(enumerate(entry for entry in
                        next(d for d in SPEC['definitions'] if d['name'] == 'context')['entries'])),
         'and the labels of an enumeration')
    same([found[name]['internal'] for name in ('clbench_begin', 'clbench_mark')], [True, True],
         'what clbench makes itself is told to be so')
    info = ask('--do', 'info-get')
    same((info['protocol'], info['sessions']),
         (next(d['value'] for d in SPEC['definitions'] if d['name'] == 'protocol'), 0),
         'info-get tells the protocol of the specification')


# ------------------------------------------------------------------------------ refusals

def refusal(ynl, op, attrs):
    """(errno, what ynl names as wrong, or as missing, sentence, policy); or None if it is done."""
    ynl.blamed = None
    try:
        ynl.do(op, attrs)
    except NlError as error:
        extack = error.nl_msg.extack or {}
        return (errno.errorcode[error.error], extack.get('bad-attr'), extack.get('miss-type'),
                extack.get('msg', ''), extack.get('policy', {}))
    return None


def refused(ynl, op, attrs, wanted, words, about=None, content=None, missing=None):
    """A point: by errno, sentence, and the attribute that is wrong or is not there."""
    got = refusal(ynl, op, attrs)
    check(got and got[:3] == (wanted, about and '.' + about, missing) and words in got[3] and
          (content is None or ynl.blamed == content), f'{op} is refused: {words}', got, ynl.blamed,
          'wanted', wanted, about, missing)


def checked(ynl, op, request, attributes):
    """Points: what the kernel should check of a command's attributes by itself, it does."""
    foreign, limits = [], []
    for key, attribute in attributes.items():
        sound = {'string': 'x', 'binary': bytes(16)}.get(attribute['type'], 1)
        if attribute['type'] in ('pad', 'nest'):
            continue
        if key not in request:
            foreign.append((key, refusal(ynl, op, {key: sound}) or ()))
            continue
        checks = attribute.get('checks', {})
        for limit, beyond in (('min', -1), ('max', 1)):
            if limit in checks:
                limits.append((key, refusal(ynl, op, {key: checks[limit] + beyond}) or (),
                               'ERANGE', checks['min'], checks['max']))
        if 'max-len' in checks:
            limits.append((key, refusal(ynl, op, {key: 'x' * (checks['max-len'] + 1)}) or (),
                           'EINVAL', None, None))
    same([key for key, got in foreign if got[:2] != ('EINVAL', '.' + key)], [],
         f'{op} refuses each of {len(foreign)} attributes that it does not know')
    same([key for key, got, wanted, least, most in limits if
          (*got[:2], got[4].get('min-value'), got[4].get('max-value')) !=
          (wanted, '.' + key, least, most)], [],
         f'{op} refuses what is beyond each of {len(limits)} limits, and tells them')


def refusals():
    ynl = Family()
    name = {'name': 'refused', 'event-name': [EVENT]}
    longest = ynl.do('info-get', {})['linger-max-ms']
    refused(ynl, 'subscribe', {}, 'EINVAL', 'needs a name', missing='name')
    refused(ynl, 'subscribe', {'name': 'a b'}, 'EINVAL', 'a name is', 'name', b'a b\0')
    refused(ynl, 'subscribe', {'name': 'refused'}, 'EINVAL', 'at least one event-name',
            missing='event-name')
    refused(ynl, 'subscribe', {'event-name': [EVENT, 'no_such'], 'name': 'refused'}, 'ENOENT',
            'no event of this name', 'event-name', b'no_such\0')
    refused(ynl, 'subscribe', {**name, 'event-name': ['clbench_mark']}, 'EPERM', 'clbench itself',
            'event-name', b'clbench_mark\0')
    refused(ynl, 'subscribe', {**name, 'linger-ms': longest + 1}, 'ERANGE', 'linger_max_ms',
            'linger-ms')
    refused(ynl, 'subscribe', {**name, 'mem-max': 4096}, 'EINVAL', 'mem-max is below', 'mem-max')
    refused(ynl, 'subscribe', {**name, 'mem-max': 1 << 60}, 'ERANGE', 'mem-max is above', 'mem-max')
    refused(ynl, 'subscribe', {**name, 'node-nr-composed': 65536, 'event-name': ['clbench_load_types']},
            'E2BIG', 'a node of', 'node-nr-composed')
    for op, spec in OPERATIONS.items():
        if 'do' not in spec:
            continue
        request = spec['do'].get('request', {}).get('attributes', [])
        checked(ynl, op, request, SETS[spec['attribute-set']])
        if 'id' in request:
            keys = {'ack': 0} if 'ack' in request else {}
            refused(ynl, op, keys, 'EINVAL', 'id is needed', missing='id')
            refused(ynl, op, {**keys, 'id': 4000000000}, 'ENOENT', 'no session of this id', 'id')
    refused(ynl, 'mark', {}, 'EINVAL', 'needs a text', missing='text')
    refused(ynl, 'mark', {'text': 'x', 'session-name': 'none'}, 'ENOENT', 'no session of this name',
            'session-name')
    for op, key in (('session-get', 'id'), ('event-get', 'id')):
        try:
            ynl.dump(op, {key: 1})
            check(False, f'a dump of {op} takes no attribute', 'it was done')
        except NlError as error:
            same(errno.errorcode[error.error], 'EINVAL', f'a dump of {op} takes no attribute')
    done = command_line('--schema', SCHEMA, '--do', 'session-get', '--json', '{"id": 4000000000}')
    check(done.returncode == 1 and 'there is no session of this id' in done.stdout and
          'bad-attr' in done.stdout, "ynl's command line says it as we do", done.stdout)
    # Who may read ynl, wherever it is, but has no capability.
    user = subprocess.run(['setpriv', '--bounding-set', '-all', 'python3',
                           os.path.abspath(__file__), 'plain'],
                          check=False, stdout=subprocess.PIPE, encoding='utf-8')
    print(user.stdout, end='')
    same(user.returncode, 0, 'who has no capability is told so')


def plain():
    """By who has no capability."""
    ynl = Family()
    refused(ynl, 'info-get', {}, 'EPERM', 'CAP_PERFMON')
    refused(ynl, 'subscribe', {'name': 'x'}, 'EPERM', 'CAP_SYS_ADMIN')
    try:
        Family().ntf_subscribe('session')
        check(False, 'nor can he join a group', 'he did')
    except OSError as error:
        same(error.errno, errno.EPERM, 'nor can he join a group')


# ------------------------------------------------------------------------------- session

class Reader:
    """Owns a session; its batches are another socket's, which a test can look at alone."""

    def __init__(self, name, **keys):
        self.owner, self.batches, self.ntf = Family(), Family(), Family()
        self.owner.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 20)
        self.batches.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 20)
        self.ntf.ntf_subscribe('session')
        self.found = self.owner.do('subscribe', {'name': name, 'event-name': [EVENT], **keys})
        self.id = self.found['id']
        # ynl joins one group, on a socket that has not sent yet.
        self.batches.ntf_subscribe(self.found['group'])
        self.seq, self.last, self.packets = 0, False, []
        self.ack()

    def ack(self, **keys):
        self.owner.do('ack', {'id': self.id, 'ack': self.seq, **keys})

    def get(self):
        return self.owner.do('session-get', {'id': self.id})

    def counts(self, event=EVENT):
        return next(c for c in self.get()['counts'] if c['event-name'] == event)

    def take(self):
        """Waits for a batch, stores and acknowledges it."""
        for message in self.batches.poll_ntf(duration=30):
            batch = message['msg']
            if (message['name'], batch['session-id'], batch['seq']) != (
                    'batch', self.id, self.seq + 1):
                sys.exit(f'not the next batch: {message}')
            self.seq, self.last = batch['seq'], batch.get('last', False)
            self.packets.append(batch['packet'])
            self.ack()
            return
        sys.exit(f'no batch after {self.seq}: {self.get()}')

    def until(self, condition):
        while not condition():
            self.take()

    def notified(self, state):
        """Waits for the notification of that state."""
        for message in self.ntf.poll_ntf(duration=30):
            if message['name'] == 'session-ntf' and message['msg']['id'] == self.id and \
                    message['msg']['state'] == state:
                return message['msg']
        sys.exit(f'nobody tells of {state}')


def write_chunks(packets, folder, owner):
    """The packets as chunks, as the judge wants them, with metadata of clbench-ctl."""
    like = os.path.join(folder, 'like')
    subprocess.run([CTL, 'record', '-q', '-o', like, '-e', f'{EVENT},clbench_load_types', '--',
                    'true'], check=True)
    with open(os.path.join(like, 'metadata'), encoding='ascii') as file:
        metadata = re.sub(r'uuid = "[-0-9a-f]+"', f'uuid = "{owner["uuid"]}"', file.read())
    number = 0
    for packet in packets:
        # A chunk opens with a packet without records.
        if HEADER.unpack_from(packet)[4] == 8 * HEADER.size:
            number += 1
            chunk = os.path.join(folder, 'chunks', f'{number:06}')
            os.makedirs(chunk)
            with open(os.path.join(chunk, 'metadata'), 'w', encoding='ascii') as file:
                file.write(metadata)
        with open(os.path.join(chunk, 'stream'), 'ab') as file:
            file.write(packet)
    return os.path.join(folder, 'chunks')


def session():
    reader = Reader('ynl', **{'nr-node': 4, 'flush-period-ms': 20, 'mem-max': 8 << 20})
    found = reader.found
    same((found['name'], found['nr-node'], found['flush-period-ms'], found['mem-max']),
         ('ynl', 4, 20, 8 << 20), 'subscribe answers with what was granted')
    check(re.fullmatch(r'batch\d+', found['group']) and 'token' in found and found['window'] >= 2,
          'and with group, token and window', found)
    started = reader.notified('recording')
    same((started['name'], started['uuid'], started['reader-pid']),
         ('ynl', found['uuid'], os.getpid()), 'session-ntf tells that it records')
    reader.take()
    head = HEADER.unpack_from(reader.packets[0])
    same((head[0], str(uuid.UUID(bytes=head[1])), head[4], head[6]),
         (0xc1fc1fc1, found['uuid'], 8 * HEADER.size, 1),
         'the first batch is an empty packet of the session')
    before = produced()
    wanted = produce(3000) - before
    reader.until(lambda: reader.counts()['delivered'] == wanted)
    counts = reader.counts()
    same((wanted, counts['pending'], sum(counts[cause] for cause in (
        'full-cap', 'full-refill', 'nested', 'oversize', 'no-memory', 'no-rcu', 'abandoned'))),
         (3000, 0, 0), 'session-get counts what the load has counted')
    same(reader.get()['acked'], reader.seq, 'and the batches that were acknowledged')
    refused(reader.owner, 'ack', {'id': reader.id, 'ack': reader.seq + 1000}, 'ERANGE',
            'never sent', 'ack')
    refused(reader.ntf, 'rotate', {'id': reader.id}, 'EPERM', "only the session's owner")
    same(reader.owner.do('rotate', {'id': reader.id})['chunk'], 2, 'rotate tells the next chunk')
    wanted += produce(1000) - before - wanted
    reader.until(lambda: reader.get()['chunk'] == 2)
    changed = reader.owner.do('session-set', {
        'id': reader.id, 'token': found['token'], 'flush-period-ms': 33, 'linger-ms': 5000,
        'event-name': [EVENT, 'clbench_load_types']})
    reader.until(lambda: reader.get()['changed'] == changed['change'])
    now = reader.get()
    same((changed['change'], now['flush-period-ms'], now['linger-ms'], 'change-error' in now,
          sorted(c['event-name'] for c in now['counts'] if c['event-name'].startswith('clbench_load'))),
         (1, 33, 5000, False, [EVENT, 'clbench_load_types']),
         'session-set changes events and limits')
    same(reader.ntf.do('mark', {'text': 'by ynl', 'session-name': 'ynl'}), {'marked': 1},
         'a mark is taken')
    wanted += produce(500) - before - wanted
    same([s['id'] for s in reader.owner.dump('session-get', {})], [reader.id],
         'a dump lists the session')
    reader.owner.do('unsubscribe', {'id': reader.id})
    reader.until(lambda: reader.last)
    final = reader.notified('ended')
    same([(c['delivered'], c['pending']) for c in final['counts'] if c['event-name'] == EVENT],
         [(wanted, 0)], 'the end is told with the final counters')
    refused(reader.owner, 'session-get', {'id': reader.id}, 'ENOENT', 'no session of this id', 'id')
    folder = write_chunks(reader.packets, os.getcwd(), found)
    stream = Stream(folder, crc=True)
    numbers = [record[4] for record in stream.fixed(EVENT)]
    same((len(numbers), stream.lost, stream.chunk, stream.ended), (wanted, 0, 2, True),
         f'the batches hold {wanted} records in two chunks, by the judge')


def viewer():
    """By the command line alone, beside a recording of clbench-ctl's."""
    with subprocess.Popen([CTL, 'record', '-q', '-s', 'viewed', '-o', 'viewed', '-e', EVENT]) as record:
        while True:
            found = [s for s in ask('--dump', 'session-get') or [] if s['state'] == 'recording']
            if found:
                break
        with subprocess.Popen(['python3', '-u', os.path.join(YNL, 'cli.py'), '--spec', SPECIFICATION,
                               '--schema', SCHEMA, '--output-json', '--subscribe',
                               found[0]['group']], stdout=subprocess.PIPE) as cli:
            # Until it has joined, nothing comes.
            line = b''
            while not line.endswith(b'\n'):
                produce(100)
                if select.select([cli.stdout], [], [], 0.2)[0]:
                    part = os.read(cli.stdout.fileno(), 1 << 16)
                    if not part:
                        sys.exit(f'ynl ends: {line}')
                    line += part
            cli.send_signal(signal.SIGINT)
        record.send_signal(signal.SIGTERM)
    message = json.loads(line.split(b'\n', maxsplit=1)[0])
    packet = bytes.fromhex(message['msg']['packet'])
    head = HEADER.unpack_from(packet)
    same((message['name'], message['msg']['session-id'], str(uuid.UUID(bytes=head[1])), head[6]),
         ('batch', found[0]['id'], found[0]['uuid'], message['msg']['seq']),
         "ynl's command line views a batch of clbench-ctl's session")
    same(record.returncode, 0, 'which does not care')


if __name__ == '__main__':
    {'family': family, 'policy': policy, 'events': events, 'refusals': refusals, 'plain': plain,
     'session': session, 'viewer': viewer}[sys.argv[1]]()
