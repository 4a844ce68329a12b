"""Every finding and every reason can be said in French, Dutch and English."""

import re
from pathlib import Path
from typing import Any

import pytest
from frictionless import errors

import tablecheck
from tablecheck import REASONS, RULES, Finding, Inference
from tablecheck.checks.registry import own_checks
from tablecheck.mends import DOUBTS, KINDS, SYSTEMS
from tablecheck.messages import catalogue, date_words, words
from tablecheck.report import ColumnHint, Example

PARAMS: dict[str, Any] = {
    "count": 12_345, "limit": 10, "size": 99_999, "line": 3, "name": "field2", "kind": "zip",
    "encoding": "cp1252", "member": "a.csv", "members": "a.csv", "missing": ".dbf", "place": 4,
    "format": "%d/%m/%Y", "crs": "EPSG:2154", "note": "note", "constraint": "x", "suffix": "csv",
    "other": "2", "reference": "communes", "labels": ["a"], "row": 7, "value": "v", "word": "insee",
    "values": "oui, non", "kinds": "text", "code": "x", "sheets": "a", "mark": ".", "whole": "1",
    "lines": ["3"], "other_row": 4, "example": "A1", "other_value": "w", "share": 80,
}  # fmt: skip


@pytest.mark.parametrize("lang", tablecheck.LANGUAGES)
@pytest.mark.parametrize("code", sorted(RULES))
def test_every_code_is_said(code: str, lang: str) -> None:
    assert code in catalogue(lang)["finding"]
    finding = Finding(
        code=code, row=88, column="date", field_number=3, value="31/02/2026", params=PARAMS
    )
    said = tablecheck.message(finding, lang)
    assert said.endswith(".")
    assert not re.search(r"[{}?]|\[\[", said)


@pytest.mark.parametrize("lang", tablecheck.LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_said(reason: str, lang: str) -> None:
    inference = Inference(column="insee", type="string", reason=reason, params=PARAMS)
    said = tablecheck.message(inference, lang)
    assert not re.search(r"[{}?]|\[\[", said)


def test_no_catalogue_lacks_what_another_has() -> None:
    for part in ("finding", "reason", "type"):
        keys = {lang: set(catalogue(lang)[part]) for lang in tablecheck.LANGUAGES}
        shared = {key for key in set.union(*keys.values()) if not key.startswith("type-error.")}
        for lang in tablecheck.LANGUAGES:
            assert shared - keys[lang] == set()
    hints = {lang: set(catalogue(lang)["hint"]) for lang in tablecheck.LANGUAGES}
    assert hints["fr"] == hints["nl"] == hints["en"]


def test_every_error_type_of_frictionless_is_known_or_never_raised() -> None:
    abstract = {
        "data-error", "file-error", "header-error", "label-error", "row-error", "cell-error",
        "table-error",
    }  # fmt: skip
    unused = {  # of pipelines, catalogues and reports: no check of a table gives them
        "catalog-error", "dataset-error", "detector-error", "control-error", "inquiry-error",
        "inquiry-task-error", "pipeline-error", "step-error", "report-error", "report-task-error",
        "stats-error",
    }  # fmt: skip
    classes = (item for item in vars(errors).values() if isinstance(item, type))
    kinds = {item.type for item in classes if hasattr(item, "type")}
    assert kinds - abstract - unused - set(RULES) == set()


def test_sentence_says_row_column_value_and_what_is_wrong() -> None:
    finding = Finding(
        code="type-error", row=88, column="date", value="31/02/2026",
        params={"type": "date", "format": "%d/%m/%Y"},
    )  # fmt: skip
    assert tablecheck.message(finding, "fr") == (
        "Ligne 88, colonne «\u00a0date\u00a0»\u00a0: le 31/02/2026 n’existe pas dans le calendrier."
    )
    assert tablecheck.message(finding, "nl") == (
        "Rij 88, kolom “date”: de dag 31/02/2026 bestaat niet."
    )
    assert tablecheck.message(finding, "en") == (
        "Row 88, column “date”: there is no day 31/02/2026 in the calendar."
    )
    assert tablecheck.hint(finding, "nl") == (
        "De laatste dag van die maand is 28/02/2026: verbeter de datum, in de vorm DD/MM/JJJJ."
    )


def test_braces_in_a_value_are_not_taken_for_a_template() -> None:
    finding = Finding(code="type-error", row=1, column="{x}", value="{0} [[y]]",
                      params={"type": "integer"})  # fmt: skip
    assert "“{0} [[y]]”" in tablecheck.message(finding, "en")


def test_unknown_language_is_refused() -> None:
    with pytest.raises(tablecheck.UnknownLanguageError):
        tablecheck.message(Finding(code="empty-file"), "de")


def test_formats_are_written_as_people_write_them() -> None:
    assert date_words("%d/%m/%Y %H:%M", "fr") == "JJ/MM/AAAA hh:mm"


@pytest.mark.parametrize("lang", tablecheck.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_hint_is_said_of_a_column_and_of_a_cell(kind: str, lang: str) -> None:
    hint = ColumnHint(
        column="prix", code="type-error", hint=kind, mark=".", count=4_312, total=4_313,
        examples=(Example(row=2, value="1.5", suggestion="1,5"),),
        params={"type": "number", "decimalChar": ","},
    )  # fmt: skip
    said = tablecheck.message(hint, lang)
    assert {"fr": "4312", "nl": "4312", "en": "4312"}[lang] in said
    assert not re.search(r"[{}?]|\[\[", said)
    is_mended = kind not in DOUBTS.values() and kind not in SYSTEMS
    finding = Finding(
        code="type-error", row=2, column="prix", value="1.5", hint_code=kind,
        suggestion="1,5" if is_mended else None,
        params={"type": "number", "readings": ["1,5", "15"]},
    )  # fmt: skip
    assert tablecheck.hint(finding, lang)


def test_hint_of_a_column_says_what_stands_there_and_what_is_expected() -> None:
    hint = ColumnHint(
        column="prix", code="type-error", hint="decimal-mark", mark=".", count=14_312, total=14_312,
        examples=(Example(row=2, value="1.5", suggestion="1,5"),),
        params={"type": "number", "decimalChar": ",", "labels": {"fr": "Prix du trajet"}},
    )  # fmt: skip
    assert tablecheck.message(hint, "fr").replace("\u00a0", " ") == (
        "Colonne « Prix du trajet » (prix) : 14\u202f312 cellules ont un point devant les "
        "décimales ; le schéma attend une virgule (« 1.5 » → « 1,5 »)."
    )
    assert tablecheck.message(hint, "nl") == (
        "Kolom “prix”: 14.312 cellen hebben een punt voor de decimalen; het schema verwacht een "
        "komma (“1.5” → “1,5”)."
    )


def broken_constraint(name: str, limit: Any, **params: Any) -> Finding:
    return Finding(
        code="constraint-error", row=5, column="x", value="v",
        params={"constraint": name, "limit": limit, **params},
    )  # fmt: skip


def test_bound_is_written_as_the_reader_writes() -> None:
    number = broken_constraint("minimum", "12500.5", of="number")
    assert tablecheck.message(number, "fr").endswith("12\u202f500,5.")
    assert tablecheck.message(number, "nl").endswith("12.500,5.")
    assert tablecheck.message(number, "en").endswith("12,500.5.")
    day = broken_constraint("maximum", "2026-03-01", of="date")
    assert tablecheck.message(day, "nl").endswith("01/03/2026.")
    assert tablecheck.message(day, "en").endswith("1 March 2026.")


def test_list_of_values_says_how_many_it_leaves_out() -> None:
    values = [f"v{number}" for number in range(30)]
    assert tablecheck.message(broken_constraint("enum", values), "fr").endswith("v9 et 20 autres.")
    assert tablecheck.message(broken_constraint("enum", values[:11]), "en").endswith("v9, v10.")


@pytest.mark.parametrize(("pattern", "wanted"), [
    ("[0-9]{5}", "5 cijfers"),
    (r"^\d{4}$", "4 cijfers"),
    ("[01][0-9]{9}", "0 of 1, dan 9 cijfers"),
    ("[A-Z]{2}[A-Z0-9]{5}", "2 hoofdletters, dan 5 hoofdletters of cijfers"),
    (r"BE\.[0-9]{1,3}", "“BE.”, dan 1 tot 3 cijfers"),
    ("[0-9]+", "minstens 1 cijfer"),
    ("a|b", "reguliere expressie a|b"),
    ("x?", "reguliere expressie x?"),
    ("(ab)+", "reguliere expressie (ab)+"),
])  # fmt: skip
def test_plain_pattern_is_said_in_words(pattern: str, wanted: str) -> None:
    assert words.form(pattern, "nl") == wanted


def test_notes_of_frictionless_are_told_in_the_language(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,x\n2,y\n")
    schema = {"fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "string"}]}
    checks = [
        {"type": "table-dimensions", "minRows": 5}, {"type": "row-constraint", "formula": "a < 2"},
        {"type": "required-value", "fieldName": "b", "values": ["z"]},
        {"type": "forbidden-value", "fieldName": "b", "values": ["y"]},
    ]  # fmt: skip
    report = tablecheck.validate(path, schema, checks=checks)
    said = " ".join(tablecheck.message(finding, "nl") for finding in report.errors)
    assert "De tabel heeft 2 rijen; het moeten er minstens 5 zijn." in said
    assert "volgt een regel tussen haar cellen niet: a < 2." in said
    assert "de waarde “z” is verplicht en staat in geen enkele rij" in said
    assert not re.search("required|conform|forbidden", said)


@pytest.mark.parametrize(("value", "format_", "last"), [
    ("29/02/2023", "%d/%m/%Y", "28 February 2023, in the form DD/MM/YYYY"),
    ("2024-04-31", "default", "30 April 2024, in the form YYYY-MM-DD"),
    ("31/02/2026", "default", "28 February 2026, in the form YYYY-MM-DD"),
])  # fmt: skip
def test_hint_for_a_day_that_no_month_has_names_the_last_one(
    value: str, format_: str, last: str
) -> None:
    params = {"type": "date", "format": format_}
    finding = Finding(code="type-error", row=2, column="d", value=value, params=params)
    day, _, form = last.partition(", ")
    assert tablecheck.hint(finding, "en") == (
        f"The last day of that month is {day}: correct the date, {form}."
    )
    assert tablecheck.message(finding, "en").endswith(f"there is no day {value} in the calendar.")


def test_empty_cell_too_many_is_called_a_delimiter() -> None:
    finding = Finding(code="extra-cell", row=2, field_number=4, value="")
    assert tablecheck.message(finding, "en") == (
        "Row 2 has a delimiter too many: an empty cell in position 4."
    )
    assert "end of the row" in (tablecheck.hint(finding, "en") or "")
    filled = Finding(code="extra-cell", row=2, field_number=4, value="x")
    assert tablecheck.message(filled, "en") == "Row 2 has a cell too many, in position 4: “x”."


def test_rule_says_what_the_field_expects() -> None:
    whole = {"name": "n", "type": "integer"}
    assert tablecheck.rule("type-error", "fr", whole) == "type de valeur\u00a0: un nombre entier"
    assert tablecheck.rule("type-error", "nl", whole) == "soort waarde: geheel getal"
    one = {"name": "n", "type": "string", "constraints": {"enum": ["a"]}}
    assert tablecheck.rule("constraint-error", "en", one) == (
        "constraint of the schema: list of values"
    )
    bounds = {"name": "n", "type": "integer", "constraints": {"minimum": 1, "maximum": 2}}
    assert tablecheck.rule("constraint-error", "en", bounds).endswith(": limits")
    several = {"name": "n", "constraints": {"required": True, "enum": ["a"]}}
    assert tablecheck.rule("constraint-error", "en", several) == "constraint of the schema"
    assert tablecheck.rule("unique-error", "en", whole) == "unique value"


@pytest.mark.parametrize("lang", tablecheck.LANGUAGES)
def test_errors_about_a_whole_file_are_named_in_words(lang: str) -> None:
    ours = [c for c, r in RULES.items() if r.severity == "error" and r.frictionless_type != c]
    assert len(ours) > 20
    assert [code for code in ours if tablecheck.rule(code, lang) == code] == []


@pytest.mark.parametrize("lang", tablecheck.LANGUAGES)
def test_checks_are_named_in_words(lang: str) -> None:
    assert [name for name in own_checks() if tablecheck.rule(name, lang) == name] == []
    assert tablecheck.rule("their-check", lang) == "their-check"


def test_name_of_a_schema_that_the_standard_refuses_is_told_in_the_language(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    report = tablecheck.validate(tmp_path / "a.csv", {"name": "DAE", "fields": [{"name": "a"}]})
    (finding,) = report.errors
    assert tablecheck.message(finding, "nl").startswith("De naam van het schema, “DAE”, is niet")
    assert "“title”" in (tablecheck.hint(finding, "nl") or "")
