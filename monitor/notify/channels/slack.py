"""Alerts in a Slack channel, through an app of your workspace.

```yaml
receivers:
  iran-desk:
    tz: Europe/Paris
    channels:
      - {kind: slack, token: "env:SLACK_TOKEN", channel: "#iran-desk"}
  brics-desk:
    channels:
      - {kind: slack, webhook: "file:secrets/slack", name: "#brics-desk"}
```

**With a bot token** one app writes to any number of channels, and follow-ups of an alert go into the thread
of its first message. One with a higher severity than was told before, and a correction or retraction, is
shown in the channel too.

1. At <https://api.slack.com/apps> create an app "from scratch" in your workspace.
2. Under "OAuth & Permissions" add the bot token scopes `chat:write`, and, to find channels by their names,
   `channels:read` (public ones) and `groups:read` (private ones).
3. Install the app in the workspace, and put the Bot User OAuth Token (it begins with `xoxb-`) into an
   environment variable, or into a file that only the daemon can read.
4. In each channel, invite it: `/invite @name-of-the-app`.
5. Try it: `watchword receivers test iran-desk`.

- `token` (required with `channel`): the token, as `env:NAME` or `file:PATH`.
- `channel`: its name in quotes (`"#iran-desk"`), or its id (`C0123ABCD`, at the end of the channel's "About"
  tab), which needs no scope but `chat:write` and survives a renaming.
- `api` (default https://slack.com/api/): where Slack's API is; for GovSlack https://slack-gov.com/api/.

**With an incoming webhook**, whose address leads to one channel; there are no threads, so follow-ups name
the story that they are about. In the app, switch on "Incoming Webhooks" and add one for the channel. Whoever
knows its address can write there.

- `webhook` (required without `token`): the address, as `env:NAME` or `file:PATH`.

With both:

- `name`: what logs and `watchword status` call it, such as the channel's name.
- `timeout` (default 20s): how long one request may take.
- `rate` (default 1/s): how fast the channel is written to. What comes faster goes together in one message.

What Slack says will pass (limits on the rate, its own faults), an answer 408, 425, 429 or 5xx, a time-out or
a fault of the connection is tried again, not before the time that Slack names in `Retry-After`. Any other
refusal is final for the message and says what is to be done; once it is, `watchword dead-letters replay`
sends what was refused. A follow-up whose first message was deleted is posted outside of a thread. Links are
not unfurled. Slack takes about one message a second for each channel.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from monitor.notify.channel import Channel, ChannelConfig, Wires
from monitor.notify.links import web_link
from monitor.notify.slack_api import SlackApi
from monitor.notify.slack_bot import SlackBot, is_id
from monitor.notify.slack_webhook import SlackWebhook
from monitor.values import PositiveDuration, Rate, Secret, parse_duration

SLACK_API = "https://slack.com/api/"


def _a_web_address(secret: Secret) -> Secret:
    if web_link(secret.reveal()) is None:
        said = "the webhook must be an address such as https://hooks.slack.com/services/…"
        raise PydanticCustomError("webhook", said)
    return secret


def _a_bot_token(secret: Secret) -> Secret:
    if not re.fullmatch(r"xox[a-z][A-Za-z0-9.-]+", secret.reveal()):
        said = "the token must be the app's Bot User OAuth Token, which begins with xoxb-"
        raise PydanticCustomError("token", said)
    return secret


def _a_channel(value: object) -> str:
    """Check a channel's name or id; in YAML a name without quotes is a comment, which reads as nothing."""
    text = str(value or "").strip()
    if is_id(text):
        return text
    if not re.fullmatch(r"#?[^\s,.#@<>/:]{1,80}", text):
        said = 'a channel is written as its name in quotes, such as "#iran-desk", or as its id'
        raise PydanticCustomError("channel", said)
    return f"#{text.removeprefix('#').lower()}"


def _an_api(value: str) -> str:
    """Check the API's address: tokens are not sent unencrypted to another machine."""
    link = web_link(value)
    if link is None or not (value.startswith("https://") or _on_this_machine(value)):
        raise PydanticCustomError("api", f"the API is at an https address such as {SLACK_API}")
    return value.rstrip("/") + "/"


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Config(ChannelConfig):
    """What may stand beside `kind: slack`."""

    default_rate = Rate(1, 1)

    webhook: Annotated[Secret, AfterValidator(_a_web_address)] | None = None
    token: Annotated[Secret, AfterValidator(_a_bot_token)] | None = None
    channel: Annotated[str | None, BeforeValidator(_a_channel)] = None
    api: Annotated[str, AfterValidator(_an_api)] = SLACK_API
    name: str = ""
    timeout: PositiveDuration = parse_duration("20s")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        form = "write either webhook, or token and channel"
        if self.webhook is not None and (self.token is not None or self.channel is not None):
            raise PydanticCustomError("slack", f"webhook and token are two ways to the same; {form}")
        if self.webhook is None and (self.token is None or self.channel is None):
            here = [key for key in ("token", "channel") if getattr(self, key) is not None]
            missing = "token" if here == ["channel"] else "channel" if here else "webhook"
            raise PydanticCustomError("slack", f"{missing!r} is missing; {form}")
        return self

    def open(self, wires: Wires) -> Channel:
        """Build the channel on the guarded session."""
        seconds = self.timeout.total_seconds()
        if self.webhook is not None:
            return SlackWebhook(self.webhook.reveal(), self.name, seconds, wires)
        assert self.token is not None
        assert self.channel is not None
        token = self.token.reveal()
        workspace = token.split("-")[1:2]  # Slack writes a number there that new tokens of the app keep
        api = SlackApi(self.api, token, seconds, wires)
        return SlackBot(api, "".join(workspace), self.channel, self.name, wires)
