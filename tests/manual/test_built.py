"""The manual builds, needs nothing from anywhere, and its reference is what the program is."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.deploy.conftest import tool

ROOT = Path(__file__).resolve().parents[2]
FETCHED = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "form": "action"}


def load_generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manual as `make docs` builds it, every doubtful link an error."""
    folder = tmp_path_factory.mktemp("manual")
    command = [tool("mkdocs"), "build", "--strict", "--quiet", "--site-dir", folder]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_pages_fetch_nothing_from_elsewhere(manual: Path) -> None:
    """No page makes a browser ask another host for a style, a script, a picture or a font."""
    pages = sorted(manual.rglob("*.html"))
    assert len(pages) > 10
    fetched = [
        (page.name, address)
        for page in pages
        for tag, attribute in FETCHED.items()
        for node in LexborHTMLParser(page.read_text(encoding="utf-8")).css(tag)
        if (address := node.attributes.get(attribute) or "")
        and urlsplit(address).netloc
        and node.attributes.get("rel") != "canonical"
    ]
    assert fetched == []
    styles = [path for path in manual.rglob("*.css") if "url(http" in path.read_text(encoding="utf-8")]
    assert styles == []


def test_every_page_can_be_found(manual: Path) -> None:
    """The search index is among the files, and holds the pages from every part."""
    index = json.loads((manual / "search" / "search_index.json").read_text(encoding="utf-8"))
    found = {entry["location"].partition("#")[0] for entry in index["docs"]}
    wanted = {"first-alert/", "rules/", "deploy/", "guarantees/", "reference/configuration/", "changelog/"}
    assert wanted <= found


@pytest.mark.parametrize("name", ["configuration.md", "commands.md", "../markers.md"])
def test_the_reference_is_in_step(name: str) -> None:
    """The reference in the repository is what the program says now; `make docs` writes it anew."""
    page = load_generator().PAGES[name]()
    assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == page


def test_every_decision_and_every_page_is_in_the_manual(manual: Path) -> None:
    """Each page of docs/ is built."""
    for page in sorted((ROOT / "docs").rglob("*.md")):
        inside = page.relative_to(ROOT / "docs").with_suffix("")
        built = manual / inside / "index.html" if inside.name != "index" else manual / "index.html"
        assert built.exists(), page
