"""The catalogues of texts: complete in three languages, with the same placeholders, in step with
the code.
"""

import re
import tomllib

import pytest
from babel.messages.catalog import Message

from tests.house.translations import LANGUAGES, ROOT, catalogue, extracted

_PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")


def messages(lang: str) -> list[Message]:
    return [message for message in catalogue(lang) if message.id]


def forms(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [""])


@pytest.fixture(scope="module")
def texts() -> set[str | tuple[str, ...]]:
    return extracted()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_catalogue_holds_exactly_the_texts_of_the_code(
    lang: str, texts: set[str | tuple[str, ...]]
) -> None:
    known = {each.id if isinstance(each.id, str) else tuple(each.id) for each in messages(lang)}
    assert known - texts == set()
    assert texts - known == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_missing_or_fuzzy(lang: str) -> None:
    assert [each.id for each in messages(lang) if each.fuzzy] == []
    assert [each.id for each in messages(lang) if not all(forms(each.string))] == []
    assert not catalogue(lang).obsolete


@pytest.mark.parametrize("lang", LANGUAGES)
def test_placeholders_are_the_same(lang: str) -> None:
    for message in messages(lang):
        wanted = set(_PLACEHOLDER.findall(forms(message.id)[-1]))
        for text in forms(message.string):
            assert set(_PLACEHOLDER.findall(text)) == wanted, message.id


@pytest.mark.parametrize("lang", LANGUAGES)
def test_plural_has_every_form(lang: str) -> None:
    for message in messages(lang):
        if message.pluralizable:
            assert len(forms(message.string)) == catalogue(lang).num_plurals


# French sets a no-break space before high signs and within its quotation marks.
_LOOSE = re.compile(r" [:;!»]| [?](?!\w)|« |[^\W\d_](?:[;!?]|:(?=\s|$))(?!\w)")


def french_texts() -> list[str]:
    gaps = tomllib.loads((ROOT / "data" / "starter" / "gaps.toml").read_text(encoding="utf-8"))
    texts = [text for message in messages("fr") for text in forms(message.string)]
    return texts + [gap["fr"] for gap in gaps["gaps"]]


def test_french_keeps_signs_with_their_words() -> None:
    assert [text for text in french_texts() if _LOOSE.search(text)] == []


def test_french_has_one_apostrophe() -> None:
    assert [text for text in french_texts() if "'" in text] == []
