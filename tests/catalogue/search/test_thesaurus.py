"""The thesaurus: well made, and a wrong one is told where it is wrong."""

import pytest

from catalogue.errors import SettingsError
from catalogue.folding import words
from catalogue.records import LANGUAGES
from catalogue.search.concepts import counts
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


GOOD = '[beguinage]\nfr = ["béguinage"]\nnl = ["begijnhof"]\nen = ["beguinage"]\n'


def test_an_installation_adds_concepts_and_words() -> None:
    more = '[bike]\nfr = ["petite reine"]\nnl_start = ["trapper"]\n'
    thesaurus = load(GOOD + 'broader = ["heritage"]\nnl_end = ["begijnhof"]\n' + more)
    assert thesaurus.find(words("De begijnhoven"), "nl") == ["beguinage"]
    assert thesaurus.find(words("Parkbegijnhof"), "nl") == ["beguinage"]
    assert "heritage" in thesaurus.parents(["beguinage"])
    assert thesaurus.find(words("la petite reine"), "fr") == ["bike"]
    assert thesaurus.find(words("trapperpad"), "nl") == ["bike"]
    assert thesaurus.concepts["bike"].title == load().concepts["bike"].title
    assert counts(GOOD + more) == (1, 1)


def test_a_comment_changes_no_thesaurus_and_a_word_does() -> None:
    assert load("# mine\n").digest == load().digest
    assert load(GOOD).digest != load().digest


@pytest.mark.parametrize(
    ("content", "code", "named"),
    [
        ("[a\n", "thesaurus_unreadable", {"fault"}),
        ('[a]\nfr = ["x"]\n', "thesaurus_no_word", {"concept", "key"}),
        (GOOD + 'de = ["x"]\n', "thesaurus_unknown_key", {"concept", "key"}),
        (GOOD + 'theme = "TRAN"\n', "thesaurus_unknown_key", {"concept", "key"}),
        (GOOD + "[bike.more]\n", "thesaurus_unknown_key", {"concept", "key"}),
        ('[bike]\nfr = "vélo"\n', "thesaurus_no_list", {"concept", "key"}),
        ("[bike]\nfr = [1]\n", "thesaurus_no_list", {"concept", "key"}),
        ('bike = "vélo"\n', "thesaurus_wrong_concept", {"concept"}),
        ('["Mon vélo"]\nfr = ["x"]\n', "thesaurus_wrong_concept", {"concept"}),
        ('[bike]\nfr = ["de la"]\n', "thesaurus_empty_word", {"concept", "key", "word"}),
        ('[bike]\nfr = ["?"]\n', "thesaurus_empty_word", {"concept", "key", "word"}),
        ('[bike]\nfr = ["sans-abri"]\n', "thesaurus_shrunk_word", {"concept", "key", "left"}),
        ('[bike]\nnl_end = ["ei"]\n', "thesaurus_wrong_part", {"concept", "key", "word"}),
        (GOOD + 'broader = ["b"]\n', "thesaurus_unknown_concept", {"concept", "broader"}),
        ('[mobility]\nbroader = ["bike"]\n', "thesaurus_circle", {"concept"}),
        (GOOD + "#" * 1_000_000, "thesaurus_too_large", {"limit_bytes"}),
    ],
)
def test_a_wrong_thesaurus_is_refused_by_file_concept_and_key(
    content: str, code: str, named: set[str]
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(content)
    assert caught.value.code == code
    assert caught.value.params["file"] == "thesaurus.toml"
    assert named <= caught.value.params.keys()
