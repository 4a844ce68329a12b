"""Facts about the territory that the starter tables must state."""

import itertools
from collections import Counter, defaultdict

import pytest

from tests.starter.folder import Row, rows


def by_code() -> dict[str, Row]:
    return {row["code"]: row for row in rows("municipalities")}


def test_the_territory_has_153_municipalities() -> None:
    known = by_code()
    assert len(rows("municipalities")) == len(known) == 153
    assert Counter(row["side"] for row in known.values()) == {"FR": 95, "VLG": 35, "WAL": 23}
    assert {row["code_kind"] for row in known.values() if row["country"] == "FR"} == {"INSEE"}
    assert {row["code_kind"] for row in known.values() if row["country"] == "BE"} == {"NIS"}
    assert all(len(code) == 5 and code.isdigit() for code in known)


@pytest.mark.parametrize(
    ("code", "name_fr", "name_nl", "region"),
    [
        ("59350", "Lille", "Rijsel", "Hauts-de-France"),
        ("34022", "Courtrai", "Kortrijk", "Vlaanderen"),
        ("57081", "Tournai", "Doornik", "Wallonie"),
        ("57096", "Mouscron", "Moeskroen", "Wallonie"),
        ("57097", "Comines-Warneton", "Komen-Waasten", "Wallonie"),
    ],
)
def test_a_municipality_has_its_code_of_today_and_both_names(
    code: str, name_fr: str, name_nl: str, region: str
) -> None:
    row = by_code()[code]
    assert (row["name_fr"], row["name_nl"], row["region"]) == (name_fr, name_nl, region)


def test_a_population_has_a_year_and_a_source() -> None:
    for row in by_code().values():
        assert bool(row["population"]) == bool(row["population_year"])
        assert bool(row["population"]) == bool(row["population_source"])


def test_a_position_is_in_the_territory_and_has_its_identifier() -> None:
    for row in by_code().values():
        assert bool(row["longitude"]) == bool(row["latitude"]) == bool(row["geonames_id"])
        if row["longitude"]:
            assert 2.6 < float(row["longitude"]) < 4.2
            assert 50.3 < float(row["latitude"]) < 51.2


@pytest.mark.parametrize(
    ("old", "new", "date", "kind"),
    [
        ("54007", "57096", "2019-01-01", "renumbering"),  # Mouscron
        ("54010", "57097", "2019-01-01", "renumbering"),  # Comines-Warneton
        ("37015", "37022", "2025-01-01", "merger"),  # Tielt
        ("37007", "37022", "2025-01-01", "merger"),  # Meulebeke
        ("37018", "37021", "2025-01-01", "merger"),  # Wingene
        ("37012", "37021", "2025-01-01", "merger"),  # Ruiselede
    ],
)
def test_the_history_of_codes(old: str, new: str, date: str, kind: str) -> None:
    row = next(row for row in rows("municipality_code_history") if row["old_code"] == old)
    assert (row["new_code"], row["date"], row["kind"]) == (new, date, kind)
    assert row["source_url"].startswith(("https://", "pkg:"))


def test_an_old_code_is_no_code_of_today_and_leads_to_one() -> None:
    for row in rows("municipality_code_history"):
        assert row["old_code"] not in by_code()
        assert row["new_code"] in by_code()


def test_every_municipality_has_a_postal_code_on_its_side() -> None:
    for table, country in (("postal_codes_fr", "FR"), ("postal_codes_be", "BE")):
        codes = {row["municipality_code"] for row in rows(table)}
        assert codes == {c for c, row in by_code().items() if row["country"] == country}


def test_the_members_of_the_mel_are_the_french_municipalities() -> None:
    members = {row["municipality_code"] for row in rows("mel_members")}
    assert members == {code for code, row in by_code().items() if row["side"] == "FR"}


def test_populations_agree_between_the_tables() -> None:
    known = by_code()
    for row in rows("municipal_populations_fr") + rows("municipal_populations_ath"):
        municipality = known[row["municipality_code"]]
        if municipality["population_year"] == row["year"]:
            assert municipality["population"] == row["population"]


def test_the_populations_of_ath_add_up_to_the_sum_printed_in_the_decree() -> None:
    assert sum(int(row["population"]) for row in rows("municipal_populations_ath")) == 130_405


@pytest.mark.parametrize("table", ["school_holidays_fr", "school_holidays_be"])
def test_school_holidays_follow_each_other(table: str) -> None:
    of_system = defaultdict(list)
    for row in rows(table):
        assert row["first_day"] <= row["last_day"]
        of_system[row["system"]].append((row["first_day"], row["last_day"]))
    for periods in of_system.values():
        assert all(a[1] < b[0] for a, b in itertools.pairwise(sorted(periods)))


def test_both_countries_share_the_holidays_that_say_so() -> None:
    countries = defaultdict(set)
    for row in rows("public_holidays"):
        countries[row["date"]].add(row["country"])
    for row in rows("public_holidays"):
        assert (row["is_both_sides"] == "true") == (countries[row["date"]] == {"FR", "BE"})


def test_a_station_for_bikes_has_a_capacity_only_where_docks_were_counted() -> None:
    counts = [row["docks_counted"] for row in rows("vlille_stations") if row["docks_counted"]]
    assert len(counts) > 200
    assert all(0 <= int(count) < 100 for count in counts)


def test_a_player_names_only_listed_competencies() -> None:
    listed = {row["code"] for row in rows("competencies")}
    for row in rows("players"):
        assert set(filter(None, row["competencies"].split("|"))) <= listed
