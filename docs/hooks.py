"""What the manual takes in from outside `docs/`: pages and files that live elsewhere, each in one place."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
_LINK = re.compile(r"(\]\()([^)#\s]+)")
_MADE_ON_A_MACHINE = ("config", "secrets")


def _brought_in() -> dict[str, str]:
    """Map paths in the repository to paths in the manual."""
    found = {"CHANGELOG.md": "changelog.md", "rules/README.md": "shipped-rules.md"}
    for path in sorted((ROOT / "deploy").rglob("*")):
        inside = path.relative_to(ROOT)
        if path.is_file() and inside.parts[1] not in _MADE_ON_A_MACHINE:
            found[str(inside)] = str(inside)
    return found


BROUGHT_IN = _brought_in()
_HOME = {there: here for here, there in BROUGHT_IN.items()}


def on_config(config: Any) -> Any:
    """List every decision in the navigation."""
    decisions = sorted(path.name for path in (ROOT / "docs/decisions").glob("*.md"))
    config.nav.append({"Decisions": [f"decisions/{name}" for name in decisions]})
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add what is brought in to the manual's own files."""
    for here, there in BROUGHT_IN.items():
        files.append(File.generated(config, there, abs_src_path=str(ROOT / here)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Let links that lead through the repository lead through the manual."""
    there = page.file.src_uri
    here = _HOME.get(there, f"docs/{there}")

    def led(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(here), link[2]))
        if ":" in link[2] or (target not in BROUGHT_IN and not target.startswith("docs/")):
            return link[0]
        found = BROUGHT_IN.get(target, target.removeprefix("docs/"))
        return link[1] + posixpath.relpath(found, posixpath.dirname(there) or ".")

    return _LINK.sub(led, markdown)
