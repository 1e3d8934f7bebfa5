# SPDX-License-Identifier: GPL-2.0
"""A daemon that says what a test wants it to say, and runs clbench-ctl against it."""
import array
import json
import os
import signal
import socket
import struct
import subprocess
import tempfile
import threading

# A shell ignores it for what it starts in the background, and so would the commands.
signal.signal(signal.SIGINT, signal.default_int_handler)

TIMEOUT_S = 10


def line(**answer):
    return json.dumps(answer).encode() + b'\n'


def good(**answer):
    return line(ok=True, **answer)


class With:
    """An answer that comes with descriptors; they are closed when it was sent."""

    def __init__(self, answer, *descriptors):
        self.answer, self.descriptors = answer, descriptors


class Slow:
    """An answer that comes byte by byte."""

    def __init__(self, answer):
        self.answer = answer


class Done:
    """How a command ended."""

    def __init__(self, process, out, err, requests):
        self.status, self.out, self.err = process.returncode, out, err
        self.requests = [json.loads(request) for request in requests]

    def __repr__(self):
        return f'status {self.status}, stdout {self.out[:600]!r}, stderr {self.err[:600]!r}, ' \
            f'requests {self.requests}'


class Fake:
    """Listens; each connection's requests are answered from @answers, in their order.

    An answer is bytes, With, Slow, None (close the connection), or a function that
    gets the connection. With no answer left, it is silent if @silent, else closes.
    """

    def __init__(self, ctl):
        self.ctl = ctl
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, 'socket')
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        self.answers, self.requests, self.silent = [], [], False
        self.asked = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def send(self, connection, answer):
        if isinstance(answer, With):
            fds = array.array('i', [fd if isinstance(fd, int) else fd.fileno()
                                    for fd in answer.descriptors])
            connection.sendmsg([answer.answer], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
        elif isinstance(answer, Slow):
            for byte in answer.answer:
                connection.send(bytes([byte]))
        elif callable(answer):
            answer(connection)
        else:
            connection.sendall(answer)

    def serve(self, connection):
        with connection, connection.makefile('rb') as requests:
            try:
                for request in requests:
                    self.requests.append(request)
                    self.asked.set()
                    if not self.answers:
                        if self.silent:
                            continue
                        return
                    answer = self.answers.pop(0)
                    if answer is None:
                        return
                    self.send(connection, answer)
                    if not self.answers and not self.silent:
                        return
            except OSError:
                pass

    def start(self, *arguments, answers=(), silent=False, **options):
        self.answers, self.requests, self.silent = list(answers), [], silent
        self.asked.clear()
        environment = dict(os.environ, CLBENCHD_SOCKET=self.path, LC_ALL='C.UTF-8')
        return subprocess.Popen([self.ctl, *arguments], env=environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **options)

    def finish(self, process):
        try:
            out, err = process.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            err += b' (killed: it did not end)'
        return Done(process, out.decode(errors='surrogateescape'),
                    err.decode(errors='surrogateescape'), self.requests)

    def run(self, *arguments, **options):
        return self.finish(self.start(*arguments, **options))

    def interrupt(self, *arguments, number=signal.SIGINT, **options):
        """Run, and send a signal when the first request has come."""
        process = self.start(*arguments, **options)
        self.asked.wait(TIMEOUT_S)
        process.send_signal(number)
        return self.finish(process)


LAST = 8


def attribute(kind, payload):
    size = 4 + len(payload)
    return struct.pack('<HH', size, kind) + payload + b'\0' * (-size % 4)


def batches(stream, session_id, skip=()):
    """The packets of a trace's stream as messages of the family, the last one marked."""
    messages, at, seq = [], 0, 0
    while at < len(stream):
        size = struct.unpack_from('<Q', stream, at + 44)[0] // 8
        packet, at, seq = stream[at:at + size], at + size, seq + 1
        body = struct.pack('<BBH', LAST, 1, 0) + attribute(1, struct.pack('<I', session_id)) \
            + attribute(2, struct.pack('<Q', seq))
        if at == len(stream):
            body += attribute(3, b'')
        body += attribute(4, packet)
        if seq not in skip:
            messages.append(struct.pack('<IHHII', 16 + len(body), 40, 0, 0, 0) + body)
    return messages
