"""A worker in another language, written from docs/protocol.md: frames on stdin and stdout, no status page."""
import collections
import os
import signal
import struct
import sys
import threading

import msgpack

VERSION = 3
MAX_FRAME = 0x7FFF0000
HELLO, RESULT, FAILURE, OUTPUT, REVOKED, HEARTBEAT_REPLY, GOODBYE, INITIALIZED, _, FINALIZED, PROGRESS = range(1, 12)
WELCOME, CALL, ITEMS, END_CALL, CANCEL, REVOKE, RELEASE, HEARTBEAT, SHUTDOWN, INITIALIZE, FINALIZE, PROGRESS_TAKEN, OUTPUT_TAKEN = range(16, 29)
PROGRESS_WINDOW = 64 * 1024
OUTPUT_WINDOW = 1024 * 1024
LONGEST_LINE = 16 * 1024 * 1024


class ProtocolError(Exception):
    pass


class Worker:
    def __init__(self, read, write):
        self._read = read
        self._write = write
        self._writing = threading.Lock()
        self._changed = threading.Condition()  # guards all below
        self._calls = {}
        self._waiting = collections.deque()  # (sequence, call id, argument)
        self._running = None
        self._cancelled = threading.Event()
        self._next_sequence = 0
        self._untaken = 0  # the weight of reported progress
        self._unprinted = 0  # the weight of printed lines
        self._shutdown = False

    def run(self):
        self.send(HELLO, VERSION, os.getpid(), "Python " + sys.version.split()[0])
        threading.Thread(target=self._receive, daemon=True).start()
        while (item := self._next()) is not None:
            self._run_item(*item)
        self.send(GOODBYE)

    def send(self, *frame):
        self._send(msgpack.packb(frame, use_bin_type=True))

    def report(self, progress, value):
        body = msgpack.packb((PROGRESS, self._running, progress, value), use_bin_type=True)
        with self._changed:
            while self._untaken >= PROGRESS_WINDOW:
                self._changed.wait()
            self._untaken += max(256, len(body))
        self._send(body)

    def _send(self, body):
        with self._writing:
            self._write(b"\xce" + struct.pack(">I", len(body)) + body)

    def print_line(self, line):
        while True:
            part, line = line[:LONGEST_LINE // 2], line[LONGEST_LINE // 2:]  # a character may be two code units
            body = msgpack.packb((OUTPUT, self._running, 1, part, bool(line)), use_bin_type=True)
            with self._changed:
                while self._unprinted >= OUTPUT_WINDOW:
                    self._changed.wait()
                self._unprinted += max(256, len(body))
            self._send(body)
            if not line:
                return

    def wait_for_cancel(self, seconds):
        return self._cancelled.wait(seconds)

    def _next(self):
        with self._changed:
            self._running = None
            while not self._waiting and not self._shutdown:
                self._changed.wait()
            if not self._waiting:
                return None
            sequence, call, argument = self._waiting.popleft()
            self._running = sequence  # claimed: nobody can take it back any more
            self._cancelled.clear()
            return sequence, self._calls[call], argument

    def _run_item(self, sequence, name, argument):
        try:
            value = FUNCTIONS[name](self, argument)
        except Exception as e:
            error = [None, type(e).__name__, str(e), True, None, -2146233088, None, None, [], 0, {}, {}]
            self.send(FAILURE, sequence, error)
        else:
            self.send(RESULT, sequence, value)

    def _receive(self):
        try:
            welcomed = False
            while True:
                frame = self._read_frame()
                if welcomed == (frame[0] == WELCOME):
                    raise ProtocolError(f"a frame of kind {frame[0]} where none may be")
                welcomed = True
                self._take(*frame)
        except EOFError:
            os.killpg(0, signal.SIGKILL)  # the coordinator is gone
        except Exception as e:
            print(f"not the protocol: {e!r}", file=sys.stderr, flush=True)
            os._exit(76)

    def _read_frame(self):
        header = self._read(5)
        if header[0] != 0xCE:
            raise ProtocolError(f"the byte 0x{header[0]:02X} where a frame should start")
        length = struct.unpack(">I", header[1:])[0]
        if not 0 < length <= MAX_FRAME:
            raise ProtocolError(f"a frame of {length} bytes")
        return msgpack.unpackb(self._read(length), raw=False, strict_map_key=False, max_ext_len=length)

    def _take(self, kind, *fields):
        if kind == WELCOME:
            version, _, environment, *_ = fields
            if version != VERSION:
                raise ProtocolError(f"version {version}")
            for name, value in environment.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
        elif kind == INITIALIZE:
            # It has no functions to set anything up; items that rely on it must not run.
            self.send(INITIALIZED, not_implemented("initializers"))
        elif kind == FINALIZE:
            # Sent when no item is left, so there is nothing to wait for.
            self.send(FINALIZED, not_implemented("finalizers"), None)
        elif kind == CALL:
            call, _, _, _, _, function, *_ = fields
            # The name that both sides agreed on is bound to the delegate.
            name = function[1][function[2]][2][1]
            with self._changed:
                self._calls[call] = name
        elif kind == ITEMS:
            self._take_items(*fields)
        elif kind == END_CALL:
            with self._changed:
                self._calls.pop(fields[0], None)
        elif kind == CANCEL:
            with self._changed:
                if self._running == fields[0]:
                    self._cancelled.set()
        elif kind == REVOKE:
            with self._changed:
                count = min(fields[0], len(self._waiting))
                revoked = [self._waiting.pop()[0] for _ in range(count)]
            self.send(REVOKED, revoked)
        elif kind == PROGRESS_TAKEN:
            with self._changed:
                self._untaken -= fields[0]
                self._changed.notify()
        elif kind == OUTPUT_TAKEN:
            with self._changed:
                self._unprinted -= fields[0]
                self._changed.notify()
        elif kind == HEARTBEAT:
            self.send(HEARTBEAT_REPLY, fields[0])
        elif kind == SHUTDOWN:
            with self._changed:
                self._shutdown = True
                self._changed.notify()
        elif kind != RELEASE:
            raise ProtocolError(f"the unknown kind {kind}")

    def _take_items(self, call, first, _, arguments):
        with self._changed:
            if call not in self._calls or first < self._next_sequence:
                raise ProtocolError(f"items from {first} on of call {call}")
            self._waiting.extend((first + i, call, argument) for i, argument in enumerate(arguments))
            self._next_sequence = first + len(arguments)
            self._changed.notify()


def not_implemented(what):
    return [None, "NotImplementedError", f"this worker has no {what}", True, None, -2146233088, None, None, [], 0, {}, {}]


def fail(worker, argument):
    raise ValueError(f"cannot take {argument}")


def announce_and_wait(worker, seconds):
    """Waits if there is something to wait for, and says so."""
    if seconds == 0:
        return 0
    worker.print_line(f"waiting for {seconds} s")
    if worker.wait_for_cancel(seconds):
        raise InterruptedError("cancelled")
    return seconds


def die(worker, argument):
    """Dies of the item 13 only."""
    if argument == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return argument


def count(worker, argument):
    """Reports all numbers below one."""
    progress, number = argument
    for i in range(number):
        worker.report(progress, i)
    return number


def chat(worker, number):
    """Prints so many lines of a kilobyte."""
    for i in range(number):
        worker.print_line(f"{i} ".ljust(1024, "x"))
    return number


FUNCTIONS = {
    "double": lambda worker, number: 2 * number,
    "upper": lambda worker, text: text.upper(),
    "sum": lambda worker, block: sum(struct.unpack(f"<{len(block) // 4}i", block)),
    "mean": lambda worker, numbers: sum(numbers) / len(numbers),
    "fail": fail,
    "chat": chat,
    "count": count,
    "wait": announce_and_wait,
    "die": die,
    "pid": lambda worker, nothing: os.getpid(),
}


def main():
    # The frames' descriptors are taken out of the way of anything that prints.
    source = os.dup(0)
    target = os.dup(1)
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.setpgid(0, 0)

    def read(count):
        data = bytearray()
        while len(data) < count:
            part = os.read(source, min(count - len(data), 1 << 20))
            if not part:
                raise EOFError
            data += part
        return bytes(data)

    def write(data):
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(target, rest):]

    Worker(read, write).run()


main()
