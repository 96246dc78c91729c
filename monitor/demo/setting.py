"""The demonstration's configuration: written out as a user would write it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from monitor.demo.news_day import NewsDay
from monitor.errors import SetupError

_CONFIG = """\
# The demonstration's configuration.
state: state
rules: ["{rules}"]
outbound: {{allow: [127.0.0.0/8]}}   # the feeds and the webhook are on this machine
stories: {{update_wait: 2s}}   # the day passes faster than a day

feeds:
{feeds}
receivers:
  operators:
    channels: [{{kind: email, to: [operators@desk.example], host: {host}, port: {port}, tls: none}}]
  analysts:
    channels:
      - {{kind: terminal}}
      - {{kind: email, to: [analysts@desk.example], host: {host}, port: {port}, tls: none}}
  iran-desk:
    tz: Europe/Paris
    channels:
      - {{kind: terminal}}
      - {{kind: slack, webhook: "file:secrets/slack", rate: 100/s}}   # Slack itself takes one a second
      - {{kind: email, to: [iran@desk.example], host: {host}, port: {port}, tls: none}}

routes:
  receiver: analysts
  routes:
    - {{when: {{labels: {{desk: iran}}}}, receiver: iran-desk}}
"""


def rules_folder() -> Path:
    """Find the rules that ship with Watchword: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "shipped_rules", package.parent / "rules"):
        if folder.is_dir():
            return folder
    raise SetupError("the shipped rules are missing; install Watchword anew")


def write_setting(
    folder: Path, *, feeds: Mapping[str, str], day: NewsDay, mail: tuple[str, int], slack_url: str
) -> Path:
    """Write the configuration and the webhook's secret into `folder`; gives the configuration's path."""
    (folder / "secrets").mkdir(parents=True)
    (folder / "secrets" / "slack").write_text(slack_url + "\n", encoding="utf-8")
    lines = []
    for played in day.feeds:
        about = f'source: "{played.title}"' + (f", country: {played.country}" if played.country else "")
        lang = f", lang: {played.lang}" if played.lang else ""
        lines.append(
            f'  - {{id: {played.id}, url: "{feeds[played.id]}", every: 1s, max_age: none, {about}{lang}}}\n'
        )
    config = folder / "watchword.yaml"
    text = _CONFIG.format(rules=rules_folder(), feeds="".join(lines), host=mail[0], port=mail[1])
    config.write_text(text, encoding="utf-8")
    return config
