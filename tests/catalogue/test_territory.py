"""Places by all their names and codes, and what covers them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.records import Side
from catalogue.territory import (
    Name,
    Place,
    covers,
    municipalities,
    names,
    place_of,
    places,
    resolve,
    side_of,
)


def codes(text: str) -> list[str]:
    return [place.code for place in resolve(text)]


def test_there_are_153_municipalities_on_three_sides() -> None:
    sides = [place.side for place in municipalities()]
    assert (len(sides), len({place.code for place in municipalities()})) == (153, 153)
    counted = {side: sides.count(side) for side in (Side.FRANCE, Side.FLANDERS, Side.WALLONIA)}
    assert counted == {Side.FRANCE: 95, Side.FLANDERS: 35, Side.WALLONIA: 23}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Lille", "59350"), ("Rijsel", "59350"), ("rijsel", "59350"), ("Lomme", "59350"),
        ("Kortrijk", "34022"), ("Courtrai", "34022"), ("Doornik", "57081"), ("Tournai", "57081"),
        ("Moeskroen", "57096"), ("Ypres", "33011"), ("Ieper", "33011"), ("Roulers", "36015"),
        ("Annœullin", "59011"), ("ANNOEULLIN", "59011"), ("Mont-de-l'Enclus", "57095"),
        ("mont de l’enclus", "57095"), ("Marcq en Baroeul", "59378"), ("Opzullik", "51068"),
    ],
)  # fmt: skip
def test_a_name_in_any_language_is_its_code(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    ("former", "code"),
    [("54007", "57096"), ("54010", "57097"), ("59298", "59350"), ("55010", "51067"),
     ("37007", "37022"), ("57096", "57096")],
)  # fmt: skip
def test_a_former_code_is_the_present_one(former: str, code: str) -> None:
    assert codes(former) == [code]
    assert covers([former], code)
    assert covers([code], former)


@pytest.mark.parametrize(
    ("text", "code"),
    [("Kortijk", "34022"), ("Cortrai", "34022"), ("Courtari", "34022"), ("Rijssel", "59350"),
     ("Lile", "59350"), ("Tornai", "57081"), ("Moescroen", "57096"), ("Roeselaere", "36015")],
)  # fmt: skip
def test_a_misspelt_name_is_its_code(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Comines", {"59152", "57097"}),
        ("Komen", {"59152", "57097"}),
        ("Comines-Warneton", {"57097"}),
        ("Warneton", {"59643", "57097"}),
        ("Saint-Maur", {"57081"}),
        ("Templeuve", {"57081"}),
        ("Celles", {"57018"}),
        ("Mons", {"59410"}),
    ],
)
def test_homonyms_are_all_given(text: str, expected: set[str]) -> None:
    assert set(codes(text)) == expected


@pytest.mark.parametrize("text", ["", " ", "Paris", "xyz", "12345", "L", "🚲", "\0", "a" * 5_000])
def test_what_is_no_place_resolves_to_none(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "spatial",
    ["BE", "be", "BEL", "http://publications.europa.eu/resource/authority/country/BEL", "VLG",
     "Vlaanderen", "Flandre", "02000", "BE2", "West-Vlaanderen", "30000", "34000", "BE254",
     "Arrondissement Kortrijk", "arrondissement de Courtrai", "34022", "Kortrijk", "Courtrai",
     "EU", "Eurométropole Lille-Kortrijk-Tournai", " 34022 "],
)  # fmt: skip
def test_an_area_covers_what_lies_in_it(spatial: str) -> None:
    assert covers(["nowhere", spatial], "34022")


@pytest.mark.parametrize(
    "spatial", ["FR", "Hauts-de-France", "MEL", "WAL", "33000", "57081", "", "x"]
)
def test_an_area_does_not_cover_what_lies_elsewhere(spatial: str) -> None:
    assert not covers([spatial], "34022")


def test_nothing_covers_an_unknown_code() -> None:
    assert not covers(["FR", "BE", "EU"], "75056")
    assert not covers([], "59350")


def test_sides() -> None:
    found = [side_of(c) for c in ("59350", "34022", "57081", "54007", "MEL", "VLG", "BE", "?")]
    assert found == [
        Side.FRANCE, Side.FLANDERS, Side.WALLONIA, Side.WALLONIA, Side.FRANCE, Side.FLANDERS,
        None, None,
    ]  # fmt: skip


def test_every_area_holds_municipalities_of_its_side() -> None:
    for place in places().values():
        assert place.members
        sides = {places()[code].side for code in place.members}
        assert place.side in (*sides, Side.CROSS_BORDER, None)
        assert all(place.title[language] for language in ("fr", "nl", "en"))


@given(st.sampled_from([name for name in names() if name.kind != "code"]))
def test_every_name_finds_its_place(name: Name) -> None:
    text, code = name.text, name.code
    for spelling in (text, text.upper(), text.replace("-", " "), f" {text} "):
        assert code in codes(spelling)


@given(st.sampled_from(municipalities()))
def test_every_municipality_lies_in_its_group_region_and_country(town: Place) -> None:
    for area in (town.group, town.region, town.country, "EUROMETROPOLIS"):
        assert area is not None
        assert covers([area], town.code)
    assert place_of(town.code) == town
