"""One target under atheris: `python -m tests.fuzz.one TARGET`, and whatever libFuzzer is to be told.

A file in place of libFuzzer's options is tried once: so a finding is seen again.
"""

import sys

import atheris

with atheris.instrument_imports(include=["monitor", "feedparser", "yarl"]):
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()
