"""A schema proposed for a file without one, and the known schemas that it matches."""

from pathlib import Path
from typing import Any

import pytest

import tablecheck

STATIONS: dict[str, Any] = {
    "fields": [
        {
            "name": "station_id", "type": "string", "constraints": {"required": True},
            "labels": {"fr": "Identifiant de la station", "nl": "Id van het station"},
            "aliases": ["id_station"],
        },
        {
            "name": "places", "type": "integer", "constraints": {"required": True, "minimum": 0},
            "labels": {"fr": "Nombre de places", "nl": "Aantal plaatsen"}, "aliases": ["capacite"],
        },
        {"name": "municipality_code", "type": "string", "constraints": {"pattern": "[0-9]{5}"}},
        {"name": "is_covered", "type": "boolean", "labels": {"fr": "Couvert", "nl": "Overdekt"}},
        {"name": "note", "type": "string"},
    ]
}  # fmt: skip
PEOPLE: dict[str, Any] = {
    "fields": [
        {"name": "name", "type": "string", "constraints": {"required": True}},
        {"name": "born", "type": "date", "constraints": {"required": True}},
        {"name": "note", "type": "string"},
    ]
}
KNOWN = {"people": PEOPLE, "stations": STATIONS}


def _propose(folder: Path, text: str, **known: Any) -> tablecheck.SchemaProposal:
    file = folder / "file.csv"
    file.write_text(text, encoding="utf-8")
    return tablecheck.propose(file, known=known or KNOWN)


def _reasons(proposal: tablecheck.SchemaProposal, column: str) -> list[str]:
    return [one.reason for one in proposal.reasons if one.column == column]


def test_a_file_made_for_a_schema_matches_it_surely(tmp_path: Path) -> None:
    found = _propose(tmp_path, "station_id,places,municipality_code\nA,3,59350\nB,4,34022\n")
    assert found.best is not None
    assert (found.best.schema, found.best.is_sure) == ("stations", True)
    assert found.best.missing == ("is_covered", "note")
    assert [(p.column, p.field, p.how, p.fit) for p in found.best.pairs] == [
        ("station_id", "station_id", "name", 1.0),
        ("places", "places", "name", 1.0),
        ("municipality_code", "municipality_code", "name", 1.0),
    ]


@pytest.mark.parametrize(
    ("header", "how"),
    [
        ("Identifiant de la station,NOMBRE DE PLACES,Couvert", "title"),
        ("id van het station,aantal plaatsen,overdekt", "title"),
        ("id_station,capacite,is_covered", "alias"),
        ("Station-ID,Places,Is covered", "near"),
        ("Identifiant station,nombre de place,couvert", "near"),
    ],
)
def test_titles_other_names_and_near_spellings_match_and_are_never_sure(
    tmp_path: Path, header: str, how: str
) -> None:
    found = _propose(tmp_path, f"{header}\nA,3,true\nB,4,false\n")
    assert found.best is not None
    assert found.best.schema == "stations"
    assert [pair.field for pair in found.best.pairs] == ["station_id", "places", "is_covered"]
    assert how in {pair.how for pair in found.best.pairs}
    assert not found.best.is_sure


def test_what_the_cells_hold_counts(tmp_path: Path) -> None:
    header = "station_id,places,municipality_code\n"
    right = _propose(tmp_path, header + "A,3,59350\nB,4,34022\n").best
    wrong = _propose(tmp_path, header + "A,many,Lille\nB,few,Kortrijk\n").best
    assert right is not None
    assert wrong is not None
    assert wrong.score < right.score
    assert not wrong.is_sure
    assert {pair.field: pair.fit for pair in wrong.pairs}["places"] == 0.0


def test_a_missing_required_field_is_named_first(tmp_path: Path) -> None:
    found = _propose(tmp_path, "station_id,is_covered,colour\nA,true,red\n").best
    assert found is not None
    assert found.missing_required == ("places",)
    assert found.missing[0] == "places"
    assert found.extra == ("colour",)
    assert not found.is_sure


def test_what_matches_nothing_gets_a_proposal_alone(tmp_path: Path) -> None:
    found = _propose(tmp_path, "couleur,poids\nrouge,3\nbleu,4\n")
    assert found.matches == ()
    assert found.best is None
    assert [field["type"] for field in found.schema["fields"]] == ["string", "integer"]


def test_a_ragged_file_is_matched_by_its_header(tmp_path: Path) -> None:
    found = _propose(tmp_path, "station_id,places,municipality_code\nA,3,59350,x\n")
    assert not found.report.valid
    assert found.best is not None
    assert found.best.schema == "stations"
    assert {pair.fit for pair in found.best.pairs} == {None}


def test_rules_are_proposed_only_on_strong_evidence(tmp_path: Path) -> None:
    rows = [f"C{n:03},{'open' if n % 3 else 'closed'},{n}," for n in range(60)]
    found = _propose(tmp_path, "code,state,size,empty\n" + "\n".join(rows) + "\n")
    fields = {field["name"]: field for field in found.schema["fields"]}
    assert fields["code"]["constraints"] == {"required": True, "unique": True}
    assert fields["state"]["constraints"] == {"required": True, "enum": ["closed", "open"]}
    assert fields["size"]["constraints"] == {"required": True}
    assert "constraints" not in fields["empty"]
    assert _reasons(found, "code")[1:] == ["always-filled", "all-different"]
    few = _propose(tmp_path, "code,state\n" + "\n".join(row[:9] for row in rows[:5]) + "\n")
    assert all("constraints" not in field for field in few.schema["fields"])


def test_marks_for_no_value_are_told_from_texts(tmp_path: Path) -> None:
    found = _propose(
        tmp_path, "year,value\n2020,3,5\n".replace("3,5", '"3,5"') + '2021,NC\n2022,"4,25"\n'
    )
    value = found.schema["fields"][1]
    assert (value["type"], value["decimalChar"]) == ("number", ",")
    assert value["missingValues"] == ["", "NC"]
    assert "missing-marks" in _reasons(found, "value")
    assert tablecheck.validate(tmp_path / "file.csv", found.schema).valid


def test_a_code_stays_text_and_each_reason_is_said_in_three_languages(tmp_path: Path) -> None:
    rows = "".join(f"0{n:04},NA\n" for n in range(1001, 1061))
    found = _propose(tmp_path, "insee,x\n" + rows)
    assert found.schema["fields"][0]["type"] == "string"
    for reason in found.reasons:
        said = {tablecheck.message(reason, lang) for lang in tablecheck.LANGUAGES}
        assert len(said) == 3
        assert not any("{" in text or "?" in text for text in said)


def test_a_file_accepted_by_its_proposal(tmp_path: Path) -> None:
    rows = [
        f"{59000 + n},{n}.5,{'oui' if n % 2 else 'non'},2026-01-{n % 28 + 1:02}" for n in range(80)
    ]
    found = _propose(tmp_path, "code_insee,longueur,ouvert,date\n" + "\n".join(rows) + "\n")
    assert tablecheck.validate(tmp_path / "file.csv", found.schema).findings == ()
