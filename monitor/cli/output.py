"""What a command prints arrives whole, or the command says that it did not."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from monitor.cli.options import UNUSABLE
from monitor.errors import in_system_words

_UNWRITTEN = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EPIPE})


@contextmanager
def output_arrives() -> Iterator[None]:
    """Run a command; a full disk or a closed pipe ends it with one line on standard error and exit code 2."""
    # Where it was closed Python has none, and the next file that is opened would take its number.
    if sys.stdout is None:
        _end_for("it is closed; send it to a file, or to /dev/null")
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.errno not in _UNWRITTEN:
            raise
        _end_for(in_system_words(error))
    except SystemExit as end:
        # The libraries below end with 1 at a closed pipe, which would say that something was found.
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        _end_for(in_system_words(end.__context__))


def _end_for(reason: str) -> NoReturn:
    with suppress(OSError, AttributeError):
        # What is left in the buffer would be tried again, and fail again, while the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    with suppress(OSError, AttributeError):
        sys.stderr.write(f"watchword: the output cannot be written: {reason}\n")
        sys.stderr.flush()
    sys.exit(UNUSABLE)
