from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.notify.channels.email import Config as Email
from monitor.notify.channels.slack import Config as Slack
from monitor.notify.kinds import shipped_kinds
from monitor.notify.receivers import ReceiverConfig
from monitor.strict_yaml import parse_yaml
from monitor.values import Strict


class File(Strict):
    receivers: dict[str, ReceiverConfig]


def problems(text: str) -> list[str]:
    value, found = parse_yaml(text.encode(), "c.yaml").validate(File)
    assert (value is None) == bool(found)
    return [str(problem) for problem in found]


def read(text: str, folder: Path = Path()) -> ReceiverConfig:
    value, found = parse_yaml(text.encode(), "c.yaml").validate(File, {"folder": folder})
    assert found == []
    assert value is not None
    return next(iter(value.receivers.values()))


def test_the_shipped_kinds() -> None:
    """The kinds are the files in the folder."""
    assert shipped_kinds() == ["email", "slack", "terminal"]


def test_the_shortest_mail_receiver() -> None:
    """An address alone makes a mail receiver that uses this machine's server without encryption."""
    receiver = read("receivers: {operators: {channels: [{kind: email, to: [ops@example.org]}]}}")
    (channel,) = receiver.configured
    assert isinstance(channel.config, Email)
    config = channel.config
    assert (config.host, config.server_port, config.encryption) == ("localhost", 25, "none")
    assert (receiver.tz, receiver.lang) == ("UTC", "en")


@pytest.mark.parametrize(
    ("settings", "port", "encryption"),
    [
        ("host: smtp.example.org", 25, "starttls"),
        ("host: smtp.example.org, tls: tls", 465, "tls"),
        ("host: smtp.example.org, port: 2525, tls: none", 2525, "none"),
        ("host: 127.0.0.1, tls: starttls", 25, "starttls"),
        ('host: "::1"', 25, "none"),
    ],
)
def test_ports_and_encryption(settings: str, port: int, encryption: str) -> None:
    """Without word of it, mail to another machine is encrypted, and the port is the usual one."""
    receiver = read(f"receivers: {{o: {{channels: [{{kind: email, to: [a@b.example], {settings}}}]}}}}")
    config = receiver.configured[0].config
    assert isinstance(config, Email)
    assert (config.server_port, config.encryption) == (port, encryption)


def test_secrets_come_from_files_beside_the_configuration(tmp_path: Path) -> None:
    """A channel's secret is read from a file that counts from the configuration's folder."""
    (tmp_path / "hook").write_text("https://hooks.slack.example/services/T/B/x\n")
    text = 'receivers: {desk: {channels: [{kind: slack, webhook: "file:hook"}], tz: Europe/Paris, lang: fr}}'
    config = read(text, tmp_path).configured[0].config
    assert isinstance(config, Slack)
    assert config.webhook.reveal().endswith("/x")
    assert "hooks" not in repr(config)


def test_every_problem_with_its_place() -> None:
    """All that is wrong in channels' mappings is told at once, each at its own line and column."""
    text = """\
receivers:
  one:
    tz: Europe/Pariss
    lang: xx-nowhere
    channels:
      - {kind: slak, webhook: "env:NO_SUCH_THING"}
      - {kind: slack, webhok: "env:NO_SUCH_THING"}
      - {kind: slack, webhook: "env:NO_SUCH_THING"}
      - {kind: email, to: [ana, ben@example.org, ben@example.org], prot: 25, port: many}
      - {kind: email, to: [], tls: tsl}
      - {kind: email, to: [a@b.example], user: me}
      - {kind: no.such.module}
      - {to: [a@b.example]}
      - terminal
      - {kind: terminal, colour: red}
  two: {channels: []}
"""
    assert problems(text) == [
        "c.yaml:3:9: 'Europe/Pariss' is no time zone (did you mean 'Europe/Paris'?)",
        "c.yaml:4:11: 'xx-nowhere' is no known language (such as en, en-US, fr or fa)",
        "c.yaml:6:16: 'slak' is no kind of channel (did you mean 'slack'?)",
        "c.yaml:7:23: unknown key 'webhok' (did you mean 'webhook'?)",
        "c.yaml:8:32: the environment variable 'NO_SUCH_THING' is not set",
        "c.yaml:9:28: not a mail address; write it bare, such as ana@example.org",
        "c.yaml:9:68: unknown key 'prot' (did you mean 'port'?)",
        "c.yaml:9:84: a whole number belongs here",
        "c.yaml:10:27: List should have at least 1 item after validation, not 0",
        "c.yaml:10:36: 'tsl' is not one of starttls, tls, none (did you mean 'tls'?)",
        "c.yaml:11:9: user and password belong together; 'password' is missing",
        "c.yaml:12:16: the module 'no.such.module' cannot be loaded: 'no' is not installed",
        "c.yaml:13:9: 'kind' is missing (valid are: email, slack, terminal)",
        "c.yaml:14:9: a channel is written as keys and values (such as {kind: terminal})",
        "c.yaml:15:26: unknown key 'colour' (valid are: kind, rate)",
        "c.yaml:16:19: List should have at least 1 item after validation, not 0",
    ]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("to: [a@b.example, A@B.example, a@B.EXAMPLE]", "a@b.example stands here twice"),
        ('to: ["Ana <a@b.example>"]', "not a mail address"),
        ('to: ["a@b.example\\r\\nBcc: x@y.example"]', "not a mail address"),
        ('to: ["a b@c.example"]', "not a mail address"),
        ('to: ["a@-b.example"]', "not a mail address"),
        ('to: [a@b.example], host: "smtp example"', "not a host"),
        ("to: [a@b.example], port: 70000", "less than or equal to 65535"),
        (
            'to: [a@b.example], host: m.example, tls: none, user: u, password: "env:PATH"',
            "a password is not sent unencrypted",
        ),
        ('to: [a@b.example], password: "env:PATH"', "'user' is missing"),
        ("to: [a@b.example], password: hunter2, user: u", "secrets are not written here"),
    ],
)
def test_mail_settings_that_cannot_work(settings: str, said: str) -> None:
    """Settings that could not work or would not be safe are refused with their reason."""
    (problem,) = problems(f"receivers: {{o: {{channels: [{{kind: email, {settings}}}]}}}}")
    assert said in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    "address", ["hooks.slack.com/x", "ftp://x.example/", "https://", "https://a b/", "http://[x"]
)
def test_a_webhook_must_be_a_web_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A webhook that is no web address is refused without being shown."""
    monkeypatch.setenv("HOOK", address)
    (problem,) = problems('receivers: {o: {channels: [{kind: slack, webhook: "env:HOOK"}]}}')
    assert "c.yaml:1:51: the webhook must be an address" in problem
    assert problem.endswith("must be an address such as https://hooks.slack.com/services/…")


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "acme_channels").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path / "acme_channels"
    for name in [name for name in sys.modules if name.startswith("acme_channels")]:
        del sys.modules[name]


OUTSIDE = """\
from monitor.notify.channel import Channel, ChannelConfig, Wires

class Config(ChannelConfig):
    number: int
    def open(self, wires: Wires) -> Channel:
        raise AssertionError
"""


def test_an_outside_module_is_a_kind(outside: Path) -> None:
    """A dotted kind loads a module of another package, whose settings are checked as ours are."""
    (outside / "pager.py").write_text(OUTSIDE)
    receiver = read("receivers: {o: {channels: [{kind: acme_channels.pager, number: 5}]}}")
    config = receiver.configured[0].config
    assert (config.model_dump(), config.pace) == ({"number": 5, "rate": None}, None)
    (problem,) = problems("receivers: {o: {channels: [{kind: acme_channels.pager, number: 5, nummer: 6}]}}")
    assert problem == "c.yaml:1:67: unknown key 'nummer' (did you mean 'number'?)"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "has no Config"),
        ("Config = dict", "has no Config"),
        ("import no_such_thing_at_all", "'no_such_thing_at_all' is not installed"),
        ("1 / 0", "ZeroDivisionError"),
        ("def (", "SyntaxError"),
    ],
)
def test_outside_modules_that_cannot_be_used(outside: Path, source: str, said: str) -> None:
    """A module that cannot be loaded or brings no configuration is a problem of the file, at its place."""
    (outside / "pager.py").write_text(source)
    (problem,) = problems("receivers: {o: {channels: [{kind: acme_channels.pager}]}}")
    assert problem.startswith("c.yaml:1:35: ")
    assert said in problem


@pytest.mark.parametrize("kind", ["../slack", "monitor/x", "__init__", ".slack", "slack.", "a..b", "os"])
def test_kinds_are_names_only(kind: str) -> None:
    """A kind that is neither a file's name nor a module's path is refused."""
    (problem,) = problems(f'receivers: {{o: {{channels: [{{kind: "{kind}"}}]}}}}')
    assert "is no kind of channel" in problem


@pytest.mark.parametrize("zone", ["", "Europe", "../etc/passwd", "/etc/localtime", "GMT+25"])
def test_zones_that_are_none(zone: str) -> None:
    """Only zones of the time zone database are zones."""
    (problem,) = problems(f'receivers: {{o: {{tz: "{zone}", channels: [{{kind: terminal}}]}}}}')
    assert "is no time zone" in problem
