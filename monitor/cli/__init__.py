"""The command line: verbs only. Each command imports what it needs when it runs, so that help is quick."""

from __future__ import annotations

import sys


def main() -> None:
    """Run a command; Ctrl-C ends it without a traceback, also while it is still loading."""
    try:
        from monitor.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)
