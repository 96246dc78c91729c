"""Mails of an alert: what makes programs show them together, and what follow-ups say."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest

from monitor.model import AlertReason, Notification, Opening
from monitor.notify.alert_text import alert_text
from monitor.notify.mail import Envelope, mail, message_id_of
from tests.notify.samples import (
    FIRST_TITLE,
    NOW,
    PERSIAN,
    TITLE,
    TOLD_BY,
    article,
    correction,
    first_article,
    follow_up,
    notification,
)

ENVELOPE = Envelope("watchword@example.org", "ana@example.org", NOW, "example.org")


def mailed(made: Notification) -> EmailMessage:
    raw = mail(made, alert_text(made), ENVELOPE)
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return read


def parts(made: Notification) -> list[str]:
    return [" ".join(part.get_content().split()) for part in mailed(made).iter_parts()]


@pytest.mark.parametrize("title", [FIRST_TITLE, PERSIAN, "=?utf-8?q?x?= and https://a.example/b", "x" * 900])
def test_follow_ups_have_the_subject_of_the_first_mail(title: str) -> None:
    """Whatever the newest article is called, however severe it is now; programs pass `Re:` over."""
    began = first_article(title=title)
    first = mailed(notification(article=began, severity="medium"))
    for reason in (AlertReason.MORE_SOURCES, AlertReason.NEW_RULE, AlertReason.CORRECTION):
        later = mailed(follow_up(reason, severity="critical", opening=Opening(began, "medium")))
        assert later["Subject"] == f"Re: {first['Subject']}"
        assert later["In-Reply-To"] == later["References"] == first_id(notification())
    assert first["References"] is None


def first_id(made: Notification) -> str:
    return message_id_of(made, ENVELOPE)


def test_the_ledger_knows_the_first_mail_best() -> None:
    """An alert that went along in another one's mail, or another sender's, is followed up there."""
    known = "<0123456789abcdef0123456789abcdef@other.example>"
    assert mailed(follow_up(thread=known))["References"] == known
    for nonsense in ("C0DESK/1700000001.000100", "<x>\r\nBcc: y@evil.example", ""):
        assert mailed(follow_up(thread=nonsense))["References"] == first_id(notification())


def test_a_mail_that_begins_a_thread_is_no_reply() -> None:
    """After a split by hand, what the alert tells first refers to no mail that was never sent."""
    for reason in (AlertReason.MORE_SOURCES, AlertReason.NEW_RULE, AlertReason.CORRECTION):
        first = mailed(follow_up(reason, begins_thread=True, brings_rules=True, opening=None))
        assert (first["References"], first["In-Reply-To"]) == (None, None)
        assert first["Subject"] == f"[high] {TITLE}"


def test_several_alerts_in_one_mail_stand_for_themselves() -> None:
    """They are about other stories: the subject counts them, and the mail is in no thread."""
    several = mailed(follow_up(others=(notification(), correction())))
    assert several["Subject"] == f"[high] 3 alerts: {TITLE}"
    assert several["References"] is None
    for said in parts(follow_up(others=(notification(), correction()))):
        assert FIRST_TITLE in said
        assert "correction" in said


def test_a_follow_up_is_short_in_both_parts() -> None:
    """What changed, the newest article, its source and link; no quote and no rule."""
    for said in parts(follow_up()):
        assert "5 independent sources in 3 languages have it now, first from Iran Press; newest:" in said
        assert TITLE in said
        assert "times.example" in said
        assert "alert a1, revision 4" in said
        for words in ("Why it matched", "Rule", "secretaries", "Told by"):
            assert words not in said


def test_a_correction_says_both_headlines_in_both_parts() -> None:
    """The word stands at the head, then the headline as it was told, then as it reads now."""
    for said in parts(correction()):
        _, _, after = said.partition("CORRECTION: the article that you were told of has been corrected.")
        before, _, now = after.partition("Reads now")
        assert TITLE in before
        assert "CORRECTION" not in before
        assert f"CORRECTION: {TITLE}" in now


def test_a_first_alert_says_who_has_the_story() -> None:
    """Where several sources had it before the receiver was told."""
    for said in parts(notification(told_by=TOLD_BY)):
        assert "5 sources in 3 languages, first from Iran Press (2 countries, 7 articles)" in said
    assert article().title in mailed(notification())["Subject"]
