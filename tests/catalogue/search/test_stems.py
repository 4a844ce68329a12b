"""The forms of a word come together, and different words stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.folding import distance, fold, name_words, words
from catalogue.search.stems import stem

TOGETHER = {
    "fr": [
        "vélo vélos", "école écoles", "canal canaux", "local locaux locale locales",
        "municipal municipaux municipales", "culturel culturels culturelle culturelles",
        "jeu jeux", "bureau bureaux", "européen européens européenne", "actif active actives",
    ],
    "nl": [
        "fiets fietsen", "school scholen", "boom bomen", "weg wegen", "fietspad fietspaden",
        "brug bruggen", "straat straten", "gemeente gemeenten", "haven havens", "bus bussen",
        "huis huizen", "kanaal kanalen", "bibliotheek bibliotheken", "bedrijf bedrijven",
        "fietsenstalling fietsenstallingen", "openbaar openbare", "sociaal sociale", "stad steden",
        "laadpaal laadpalen", "kerkhof kerkhoven", "subsidie subsidies", "adres adressen",
        "gezin gezinnen",
    ],
    "en": ["school schools", "city cities", "library libraries", "bike bikes", "box boxes"],
}  # fmt: skip
APART = {
    "fr": [
        "station stationnement",
        "marché marcher",
        "taxe taxi",
        "loi loyer",
        "port porte",
        "âge âgées",
    ],
    "nl": ["zon gezondheid", "bouw gebouw", "boom bom", "park parking"],
    "en": ["hospital hostel", "park parking", "collected collection", "business busy"],
}


@pytest.mark.parametrize(
    ("language", "forms"), [(lang, forms) for lang, given in TOGETHER.items() for forms in given]
)
def test_the_forms_of_a_word_share_a_stem(language: str, forms: str) -> None:
    assert len({stem(word, language) for word in words(forms)}) == 1


@pytest.mark.parametrize(
    ("language", "pair"), [(lang, pair) for lang, given in APART.items() for pair in given]
)
def test_different_words_keep_different_stems(language: str, pair: str) -> None:
    assert len({stem(word, language) for word in words(pair)}) == 2


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert words(fold(text)) == words(text)


@given(st.text(max_size=20), st.sampled_from(["fr", "nl", "en"]))
def test_any_word_has_a_stem(text: str, language: str) -> None:
    assert all(stem(word, language) for word in words(text))


def test_technical_names_fall_into_words() -> None:
    assert name_words("nbVelosDispo") == name_words("nb_velos_dispo") == ["nb", "velos", "dispo"]


@pytest.mark.parametrize(
    ("left", "right", "slips"),
    [("lille", "lille", 0), ("lile", "lille", 1), ("ab", "ba", 1), ("kortrijk", "kortijk", 1),
     ("abc", "xyz", 3), ("a", "abcdefgh", 3)],
)  # fmt: skip
def test_slips_are_counted_up_to_a_limit(left: str, right: str, slips: int) -> None:
    assert distance(left, right, 2) == slips
