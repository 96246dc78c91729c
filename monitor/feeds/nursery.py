"""The process that parsing workers are born from: feedparser loaded once, a fork for each worker.

The daemon starts one nursery and hands it, over a socket, the end of a fresh socket pair for every worker
that it wants. The nursery lives in a session of its own, so Ctrl-C in the terminal does not reach it, and
when the daemon's end of the socket closes, however the daemon died, it takes all its workers with it.
A worker that spends too much CPU is ended by the kernel, one that asks for too much memory is refused it.
"""

from __future__ import annotations

import array
import json
import os
import resource
import signal
import socket
from contextlib import suppress

from monitor.errors import Malformed
from monitor.feeds.parse import parse
from monitor.feeds.wire import ANSWER, HEADER_SIZE, REQUEST, SPAWN, Parsed, pack_answer, sizes_of
from monitor.text.visible import clean

_MAPPED = 512 * 1024 * 1024  # address space beyond the heap: code, locales, libraries


def serve(control_fd: int, cpu_seconds: int, memory_bytes: int) -> None:
    """Give birth to workers until the daemon is gone, then end with all of them."""
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # A service manager signals every process; documents under way are finished while the daemon stops.
        signal.signal(ending, signal.SIG_IGN)
    workers: set[int] = set()
    # A daemon that is killed in the middle of a request resets the connection.
    with socket.socket(fileno=control_fd) as control, suppress(ConnectionError):
        while True:
            message, ancillary, _, _ = control.recvmsg(REQUEST.size, socket.CMSG_LEN(4))
            if len(message) < REQUEST.size:
                break
            verb, worker = REQUEST.unpack(message)
            if verb == SPAWN:
                answer = _fork(_received_fd(ancillary), control, cpu_seconds, memory_bytes)
                workers.add(answer)
            else:
                answer = _end(worker) if worker in workers else 0
                workers.discard(worker)
            control.sendall(ANSWER.pack(answer))
    for worker in workers:
        _end(worker)


def _end(worker: int) -> int:
    """Make sure that a worker is no more; gives minus the signal that ended it, or its exit code."""
    found, status = os.waitpid(worker, os.WNOHANG)
    if not found:  # not reaped yet, so the number is still this worker's
        os.kill(worker, signal.SIGKILL)
        status = os.waitpid(worker, 0)[1]
    return os.waitstatus_to_exitcode(status)


def _received_fd(ancillary: list[tuple[int, int, bytes]]) -> int:
    numbers = array.array("i")
    numbers.frombytes(ancillary[0][2][: numbers.itemsize])
    return int(numbers[0])


def _fork(worker_fd: int, control: socket.socket, cpu_seconds: int, memory_bytes: int) -> int:
    child = os.fork()
    if child:
        os.close(worker_fd)
        return child
    try:
        control.close()
        _limit(resource.RLIMIT_DATA, memory_bytes)
        _limit(resource.RLIMIT_AS, memory_bytes + _MAPPED)
        _limit(resource.RLIMIT_CORE, 0)
        with socket.socket(fileno=worker_fd) as channel:
            _work(channel, cpu_seconds)
    finally:
        os._exit(0)


def _work(channel: socket.socket, cpu_seconds: int) -> None:
    """Parse one document after the other until the daemon closes the channel."""
    while header := _receive(channel, HEADER_SIZE):
        head_size, body_size = sizes_of(header)
        head = _receive(channel, head_size)
        body = _receive(channel, body_size)
        # The timer's signal ends the process; it is exact, where the system's limit counts whole seconds.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        answer = _answer(head, body)
        signal.setitimer(signal.ITIMER_PROF, 0)
        channel.sendall(answer)


def _answer(head: bytes, body: bytes) -> bytes:
    about = json.loads(head)
    try:
        feed = parse(body, charset=about["charset"], content_type=about["content_type"], url=about["url"])
        return pack_answer(Parsed("feed", feed))
    except Malformed as malformed:
        reason = malformed.reason
    except MemoryError:
        reason = "parsing took too much memory"
    except RecursionError:
        reason = "nested too deeply"
    except Exception as error:  # noqa: BLE001 - whatever a document breaks in a library is that document's fault
        reason = f"the parser failed: {type(error).__name__}: {error}"
    return pack_answer(Parsed("malformed", reason=" ".join(clean(reason).split())[:300]))


def _receive(channel: socket.socket, size: int) -> bytes:
    """Read exactly `size` bytes; fewer mean that the daemon is gone."""
    parts = bytearray()
    while len(parts) < size:
        part = channel.recv(min(size - len(parts), 1 << 20))
        if not part:
            return b""
        parts += part
    return bytes(parts)


def _limit(what: int, amount: int) -> None:
    """Lower the soft limit; the hard one stays, so that the next document may have its own."""
    _, hard = resource.getrlimit(what)
    with suppress(ValueError, OSError):  # some systems refuse some limits; the daemon's wall limit holds
        resource.setrlimit(what, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))
