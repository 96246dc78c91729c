"""One thread that writes to the archive, and commits what waits together as one group.

SQLite lets one connection write at a time and pays one fsync a commit; so all writes of a process go through
one thread, and those that wait while a commit runs share the next one. Each keeps its own savepoint: one
that fails is undone alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
Work = Callable[[sa.Connection], Any]

_LARGEST_GROUP = 128


class Writer:
    """Runs work in transactions on one connection of `engine`, in order, on a thread of its own."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._waiting: SimpleQueue[tuple[Work, Future[Any]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="archive-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[sa.Connection], T]) -> Future[T]:
        """Have `work` done in a transaction; the future ends when that is committed, or with its error."""
        future: Future[T] = Future()
        self._waiting.put((work, future))
        return future

    def close(self) -> None:
        """Finish what waits, then end the thread."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, more = self._with_all_that_waits(first)
            self._commit(group)
            if not more:
                return

    def _with_all_that_waits(
        self, first: tuple[Work, Future[Any]]
    ) -> tuple[list[tuple[Work, Future[Any]]], bool]:
        group = [first]
        while len(group) < _LARGEST_GROUP:
            try:
                following = self._waiting.get_nowait()
            except Empty:
                break
            if following is None:
                return group, False
            group.append(following)
        return group, True

    def _commit(self, group: list[tuple[Work, Future[Any]]]) -> None:
        running = [(work, future) for work, future in group if future.set_running_or_notify_cancel()]
        done: list[tuple[Future[Any], Any]] = []
        try:
            with self._engine.begin() as connection:
                for work, future in running:
                    self._try(connection, work, future, done)
        except Exception as error:  # noqa: BLE001 - whatever ends the transaction ends everyone's work in it
            for _, future in running:
                if not future.done():
                    future.set_exception(error)
            return
        for future, result in done:
            future.set_result(result)

    @staticmethod
    def _try(
        connection: sa.Connection, work: Work, future: Future[Any], done: list[tuple[Future[Any], Any]]
    ) -> None:
        connection.exec_driver_sql("SAVEPOINT work")
        try:
            result = work(connection)
        except Exception as error:  # noqa: BLE001 - it is handed to whoever asked
            try:
                connection.exec_driver_sql("ROLLBACK TO SAVEPOINT work")
            except Exception:  # noqa: BLE001 - the whole transaction is gone; what ended it is said to all
                raise error from None
            future.set_exception(error)
        else:
            done.append((future, result))
        connection.exec_driver_sql("RELEASE SAVEPOINT work")
