"""The page's own labels: each has its Korean, with the same placeholders, and none is left over."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playground.page import arranging

WEB = Path(arranging.__file__).parent / "web"
STRING = r'"(?:[^"\\]|\\.)*"'
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(WEB.glob("*.js"))}
OF_THE_WORLD = {*arranging.ADJUSTABLE, "owner", "member", "moderator", "bot's owner"}
HTML = (WEB / "index.html").read_text(encoding="utf-8")


def korean() -> dict[str, str]:
    """Return the table of the page."""
    entries = re.findall(rf"^  ({STRING}|\w+):\s*({STRING}),$", SCRIPTS["korean.js"], re.MULTILINE)
    return {_text(key): json.loads(said) for key, said in entries}


def _text(literal: str) -> str:
    return json.loads(literal) if literal.startswith('"') else literal


def labels() -> set[str]:
    """Return the labels that the scripts and the document name in so many words."""
    said = {json.loads(one) for text in SCRIPTS.values() for one in re.findall(rf"\bt\(\s*({STRING})", text)}
    said |= set(re.findall(r'aria-label="([^"]+)"', HTML))
    marked = re.findall(r"data-words[^>]*>([^<]+)<", HTML)
    return said | {" ".join(one.split()) for one in marked}


def test_every_label_has_its_korean() -> None:
    missing = (labels() | OF_THE_WORLD) - set(korean())

    assert missing == set()


def test_every_placeholder_is_kept() -> None:
    for english, said in korean().items():
        assert sorted(re.findall(r"\{\w+\}", said)) == sorted(re.findall(r"\{\w+\}", english)), english


def test_no_korean_is_left_over() -> None:
    scripts = " ".join(text for name, text in SCRIPTS.items() if name != "korean.js")
    literals = {json.loads(one) for one in re.findall(STRING, scripts)}
    keys = set(re.findall(r"^  (\w+): \"", SCRIPTS["wirelog.js"], re.MULTILINE))

    assert set(korean()) - labels() - OF_THE_WORLD - literals - keys == set()
