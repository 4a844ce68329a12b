"""The catalogues of texts: complete in three languages, with the same placeholders, in step with
the code.
"""

import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "portal" / "translations"
LANGUAGES = ("fr", "nl", "en")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}
_PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")


def catalogue(lang: str) -> Catalog:
    with (TRANSLATIONS / lang / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=lang)


def messages(lang: str) -> list[Message]:
    return [message for message in catalogue(lang) if message.id]


def forms(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [""])


@pytest.fixture(scope="module")
def extracted() -> set[str | tuple[str, ...]]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT / "portal", methods, options, KEYWORDS, directory_filter=is_ours)
    return {text if isinstance(text, str) else tuple(text) for _, _, text, _, _ in found}


def is_ours(folder: str) -> bool:
    return Path(folder).name not in ("node_modules", "static", "__pycache__")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_catalogue_holds_exactly_the_texts_of_the_code(
    lang: str, extracted: set[str | tuple[str, ...]]
) -> None:
    known = {each.id if isinstance(each.id, str) else tuple(each.id) for each in messages(lang)}
    assert known - extracted == set()
    assert extracted - known == set()


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
