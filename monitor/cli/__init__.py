"""The command line: verbs only. Each command imports what it needs when it runs, so that help is quick."""

from monitor.cli.main import main

__all__ = ["main"]
