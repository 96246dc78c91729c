"""How log lines look: pretty on a terminal, one JSON object a line elsewhere; always on standard error."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import Literal, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

LogFormat = Literal["auto", "pretty", "json"]
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


# Without local variables: those may hold secrets.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


class _Lossy:
    """A stream that a full disk or a closed pipe cannot make fail: the line is lost, the daemon goes on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write what can be written."""
        with suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        """Hand it on where that is possible."""
        with suppress(OSError, ValueError):
            self._stream.flush()


def configure_logs(level: str = "info", shape: LogFormat = "auto") -> None:
    """Set up structlog, and send the warnings of libraries through it."""
    output = cast("TextIO", _Lossy(sys.stderr))
    pretty = shape == "pretty" or (shape == "auto" and sys.stderr.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=not pretty),
    ]
    structlog.configure(
        processors=[*shared, *_rendering(pretty=pretty)],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(output),
        cache_logger_on_first_use=False,
    )
    _adopt_library_logs(shared, output, pretty=pretty)


def _rendering(*, pretty: bool) -> list[Processor]:
    if pretty:
        return [
            _without_escapes,
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    return [_TRACEBACKS, structlog.processors.JSONRenderer(ensure_ascii=False)]


def _adopt_library_logs(shared: list[Processor], stream: TextIO, *, pretty: bool) -> None:
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(pretty=pretty)],
    )
    output = logging.StreamHandler(stream)
    output.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [output]
    root.setLevel(logging.WARNING)
    # What strangers send to the pages is theirs; each bad request would be an error with a traceback.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)


def _without_escapes(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Keep what strangers wrote from steering the terminal."""
    return {key: _plain(value) if isinstance(value, str) else value for key, value in event.items()}


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
