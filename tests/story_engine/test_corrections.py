"""Whether an article takes back what was told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.model import Article
from monitor.stories.corrections import correction_in, newly_corrects
from tests.conftest import NOON


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("CORRECTED-Ships wait off the port", "correction"),
        ("Correction: ships wait", "correction"),
        ("[Correction] Ships wait", "correction"),
        ("Ships wait (corrected)", "correction"),
        ("Rectificatif : des navires attendent", "correction"),
        ("Поправка: суда ждут", "correction"),
        ("اصلاحیه: کشتی‌ها منتظرند", "correction"),
        ("更正：船只等待", "correction"),
        ("RETRACTED: Ships wait", "retraction"),
        ("Withdrawn: ships wait", "retraction"),
        ("Опровержение: суда не ждут", "retraction"),
        ("撤稿：船只等待", "retraction"),
        ("Correction, not crash: ships wait in the harbour", ""),
        ("Corrections officers strike at the port", ""),
        ("Corrected version of bill passes", ""),
        ("Withdrawn troops arrive", ""),
        ("Clarification on fees asked for", ""),
        ("Ships wait", ""),
        ("", ""),
    ],
)
def test_it_says_so_at_its_head(title: str, kind: str) -> None:
    """The word stands alone at the head or in brackets; where it begins a sentence it is news."""
    assert correction_in(Article("1", title, NOON)) == kind


def test_it_may_say_so_at_the_head_of_its_text() -> None:
    """Some leave the headline and put the word before the text."""
    assert correction_in(Article("1", "Ships wait", NOON, body="Correction: 31 ships wait.")) == "correction"


def test_an_edit_corrects_once() -> None:
    """Only the edit that brings the word is a correction; further edits are none, a retraction is."""
    before = Article("1", "Ships wait", NOON)
    corrected = replace(before, title="CORRECTED: Ships wait")
    again = replace(corrected, summary="More ships")
    taken_back = replace(corrected, title="RETRACTED: Ships wait")
    assert newly_corrects(before, corrected) == "correction"
    assert newly_corrects(corrected, again) == ""
    assert newly_corrects(corrected, taken_back) == "retraction"
    assert newly_corrects(corrected, before) == ""
