"""The thesaurus: well made, and a wrong one is told where it is wrong."""

from pathlib import Path

import pytest

from catalogue.errors import SettingsError
from catalogue.folding import words
from catalogue.records import LANGUAGES
from catalogue.search.thesaurus import load


def test_every_word_of_every_concept_finds_its_concept() -> None:
    thesaurus = load()
    for concept in thesaurus.concepts.values():
        for language in LANGUAGES:
            for text in concept.words_in(language):
                assert concept.id in thesaurus.find(words(text), language), text


def test_no_concept_is_above_itself() -> None:
    thesaurus = load()
    for concept in thesaurus.concepts:
        above = thesaurus.parents([concept])
        assert concept not in (*above, *thesaurus.broader(above))


def test_every_data_theme_is_a_concept() -> None:
    assert len(load().themes) == 13


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("parking à vélos", "fr", "bike_parking"),
        ("Parkings pour les vélos", "fr", "bike_parking"),
        ("fietsvlonder", "nl", "bike"),
        ("basisschoolgebouwen", "nl", "building"),
        ("kerstbomen", "nl", "tree"),
        ("luchthaven", "nl", "airport"),
        ("trains", "en", "train"),
        ("zeejachthavens", "nl", "port"),
        ("geluidsbelastingkaarten", "nl", "noise"),
    ],
)
def test_a_text_speaks_of(text: str, language: str, expected: str) -> None:
    assert expected in load().find(words(text), language)


@pytest.mark.parametrize(
    ("text", "language", "not_meant"),
    [
        ("stations de mesure", "fr", "parking"),
        ("luchthaven", "nl", "air_quality"),
        ("training", "en", "train"),
        ("parks", "en", "parking"),
        ("business", "en", "bus"),
        ("car parks", "en", "park"),
        ("marchés publics", "fr", "market"),
        ("every five minutes", "en", "council_decision"),
    ],
)
def test_a_text_does_not_speak_of(text: str, language: str, not_meant: str) -> None:
    assert not_meant not in load().find(words(text), language)


@pytest.mark.parametrize(
    ("compound", "telling"), [("straatbomen", "tree"), ("overstromingsrisico", "flood")]
)
def test_the_telling_part_of_a_compound_comes_last(compound: str, telling: str) -> None:
    assert load().compound(compound)[-1] == telling


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("[a\n", "thesaurus_unreadable"),
        ('[a]\nfr = ["x"]\n', "thesaurus_unreadable"),
        ('[a]\nfr = ["x"]\nnl = ["x"]\nen = ["x"]\nde = ["x"]\n', "thesaurus_unreadable"),
        ('[a]\nfr = ["de la"]\nnl = ["x"]\nen = ["x"]\n', "thesaurus_empty_word"),
        ('[a]\nfr = ["x"]\nnl = ["x"]\nen = ["x"]\nbroader = ["b"]\n', "thesaurus_unknown_concept"),
    ],
)
def test_a_wrong_thesaurus_is_refused(tmp_path: Path, content: str, code: str) -> None:
    file = tmp_path / "thesaurus.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert caught.value.code == code
    assert str(tmp_path) not in str(caught.value)
