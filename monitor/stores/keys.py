"""Every key that Watchword uses in Redis.

The namespace stands in braces, so that Redis Cluster keeps all keys of one Watchword in one slot.

{watchword}:matches                    stream; entries {"id": number of an article whose matches wait}
{watchword}:deliver:urgent:DEST        stream; entries {"id": number of a notification}, critical and high
{watchword}:deliver:normal:DEST        stream; the same, every other severity
<stream>:queued                        hash; id → entry of the stream that carries it now
{watchword}:said:KEY                   string; a process has told of a trouble that the archive cannot hold
{watchword}:rate:DEST                  string; when all turns taken to write to a destination are paid for

Every stream has one consumer group, GROUP. Streams carry numbers of rows of the archive and nothing else;
all of these keys may vanish at any moment, the reconciler builds them anew.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import URGENT, Severity

GROUP = "watchword"


@dataclass(frozen=True, slots=True)
class Keys:
    """The names of all keys of one Watchword."""

    namespace: str

    @property
    def root(self) -> str:
        """What every key begins with."""
        return f"{{{self.namespace}}}"

    @property
    def matches(self) -> str:
        """The stream of articles whose matches wait for dispatch."""
        return f"{self.root}:matches"

    def deliver(self, destination: str, severity: Severity) -> str:
        """Name the stream of notifications of this severity to a destination."""
        urgency = "urgent" if severity in URGENT else "normal"
        return f"{self.root}:deliver:{urgency}:{destination}"

    def deliver_streams(self, destination: str) -> tuple[str, str]:
        """Name both streams of a destination, the urgent one first."""
        return self.deliver(destination, "critical"), self.deliver(destination, "info")

    def said(self, what: str) -> str:
        """Name what tells that one process has told the operators of a trouble from memory."""
        return f"{self.root}:said:{what}"

    def rate(self, destination: str) -> str:
        """Name what tells whose turn it is to write to a destination."""
        return f"{self.root}:rate:{destination}"


def queued(stream: str) -> str:
    """Name the hash that tells which ids a stream carries."""
    return f"{stream}:queued"
