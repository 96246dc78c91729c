"""The local receivers: they take what a mail client and a webhook client really send, and keep it."""

from email.message import EmailMessage
from email.utils import make_msgid

import aiohttp
import aiosmtplib
import pytest

from monitor.demo.sinks import start_mail, start_slack


@pytest.fixture
async def mail():
    seen = []
    sink = await start_mail(seen.append)
    yield sink, seen
    await sink.stop()


@pytest.fixture
async def slack():
    seen = []
    sink = await start_slack(seen.append)
    yield sink, seen
    await sink.stop()


def _message():
    message = EmailMessage()
    message["From"] = "watchword@example.org"
    message["To"] = "desk@example.org"
    message["Subject"] = "[high] تهدیدات مشترک"
    message["Message-ID"] = make_msgid(domain="example.org")
    message.set_content("شمخانی\n.a line that begins with a dot\n")
    message.add_alternative("<p>شمخانی</p>", subtype="html")
    return message


async def test_a_mail_is_kept_parsed_and_told(mail):
    """A mail arrives with its envelope, headers and both parts as sent, and the function is called."""
    sink, seen = mail
    sent = _message()
    await aiosmtplib.send(
        sent, hostname=sink.host, port=sink.port, recipients=["a@example.org", "b@example.org"]
    )
    assert sink.mails == seen
    (got,) = sink.mails
    assert got.sender == "watchword@example.org"
    assert got.recipients == ("a@example.org", "b@example.org")
    assert got.message["Subject"] == sent["Subject"]
    assert got.message["Message-ID"] == sent["Message-ID"]
    plain, rich = got.message.iter_parts()
    assert plain.get_content().splitlines() == ["شمخانی", ".a line that begins with a dot"]
    assert rich.get_content().strip() == "<p>شمخانی</p>"
    assert b"[high]" not in got.raw.split(b"\r\n\r\n", 1)[1]


async def test_stop_closes_open_mail_connections():
    """A client that keeps its connection open does not hold the server up."""
    sink = await start_mail()
    client = aiosmtplib.SMTP(hostname=sink.host, port=sink.port)
    await client.connect()
    await sink.stop()
    with pytest.raises((aiosmtplib.SMTPException, OSError)):
        await client.noop()
    client.close()
    with pytest.raises(OSError):  # noqa: PT011 - every kind of refusal will do
        await aiosmtplib.SMTP(hostname=sink.host, port=sink.port).connect()


async def test_a_post_is_kept_and_answered_as_slack_does(slack):
    """A message of text or blocks is answered with `ok`, kept with its bytes, and told."""
    sink, seen = slack
    payload = {"text": "شمخانی & <b>", "blocks": [{"type": "divider"}]}
    async with aiohttp.ClientSession() as http, http.post(sink.url, json=payload) as response:
        assert (response.status, await response.text()) == (200, "ok")
    assert sink.posts == seen
    assert sink.posts[0].payload == payload


@pytest.mark.parametrize(
    ("body", "said"), [(b"not json", "invalid_payload"), (b"[1]", "invalid_payload"), (b"{}", "no_text")]
)
async def test_a_bad_post_is_refused_as_slack_does(slack, body, said):
    """What is no message is refused by name and not kept."""
    sink, seen = slack
    async with aiohttp.ClientSession() as http, http.post(sink.url, data=body) as response:
        assert (response.status, await response.text()) == (400, said)
    assert sink.posts == seen == []
