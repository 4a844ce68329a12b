"""Rules for templates: every text is translated, nothing is styled or scripted inline."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "portal" / "templates"
FILES = sorted(TEMPLATES.rglob("*.html"))

# Names and words that are the same in every language.
SAME_EVERYWHERE = {
    "Eurometropolis Data",
    "– Eurometropolis Data",
    "Data",
    "SHA-256",
    "Parquet",
    "CSV",
    "JSON",
    "BibTeX",
    "RIS",
    "/datasets/",
    "sources.toml",
}
_COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
_JINJA = re.compile(r"""{{(?:"[^"]*"|'[^']*'|.)*?}}|{%.*?%}""", re.DOTALL)
_CLASS = re.compile(r"{% block body_class %}[a-z -]*{% endblock %}")
_TAG = re.compile(r"<[^<>]*>", re.DOTALL)
_TEXT_ATTRIBUTE = re.compile(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"')


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(TEMPLATES)))
def test_text_stands_only_in_translations(file: Path) -> None:
    source = _COMMENT.sub("", file.read_text(encoding="utf-8"))
    bare = _JINJA.sub("\x00", _CLASS.sub("", source))
    attributes = [value for value in _TEXT_ATTRIBUTE.findall(bare) if has_words(value)]
    assert attributes == []
    texts = [piece.strip() for piece in re.split("\x00|\n", _TAG.sub("\x00", bare))]
    assert [text for text in texts if has_words(text)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(TEMPLATES)))
def test_nothing_is_inline(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"\son[a-z]+\s*=", source)
    assert "<style" not in source
    data = '<script type="application/ld+json">{{ structured_data(entry) | tojson }}</script>'
    assert not re.search(r"<script(?![^>]*\bsrc=)", source.replace(data, ""))
    assert "|safe" not in source.replace(" ", "")


# A sign glued to a text cannot take the space that French wants before it.
_GLUED = re.compile(r"(?:}}|</(?:a|b|code|span)>)\\s*[:;!?](?=[\\s<]|$)")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(TEMPLATES)))
def test_no_sign_is_glued_to_a_text(file: Path) -> None:
    assert _GLUED.findall(_COMMENT.sub("", file.read_text(encoding="utf-8"))) == []


def test_words_are_told_from_signs() -> None:
    assert has_words("Search the catalogue")
    assert not has_words("→ · – 1 &amp;")
    assert not has_words("SHA-256")


def has_words(text: str) -> bool:
    if text in SAME_EVERYWHERE:
        return False
    return bool(re.search(r"[^\W\d_]{2,}", re.sub(r"&\w+;", "", text)))
