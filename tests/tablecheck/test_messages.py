"""Every finding and every reason can be said in French, Dutch and English."""

import re
from typing import Any

import pytest
from frictionless import Field, errors

import tablecheck
from tablecheck import REASONS, RULES, Finding, Inference
from tablecheck.messages import catalogue, date_words

PARAMS: dict[str, Any] = {
    "count": 12_345, "limit": 10, "size": 99_999, "line": 3, "name": "field2", "kind": "zip",
    "encoding": "cp1252", "member": "a.csv", "members": "a.csv", "missing": ".dbf", "place": 4,
    "format": "%d/%m/%Y", "crs": "EPSG:2154", "note": "note", "constraint": "x", "suffix": "csv",
    "other": "2", "reference": "communes", "labels": ["a"], "row": 7, "value": "v", "word": "insee",
    "values": "oui, non", "kinds": "text", "code": "x", "sheets": "a", "mark": ".", "whole": "1",
    "lines": ["3"], "other_row": 4, "other_value": "w",
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
        "Ligne 88, colonne « date » : « 31/02/2026 » n'est pas une date (JJ/MM/AAAA)."
    )
    assert tablecheck.message(finding, "nl") == (
        "Rij 88, kolom “date”: “31/02/2026” is geen datum (DD/MM/JJJJ)."
    )
    assert tablecheck.message(finding, "en") == (
        "Row 88, column “date”: “31/02/2026” is not a date (DD/MM/YYYY)."
    )
    assert tablecheck.hint(finding, "nl") == "Schrijf de datum als DD/MM/JJJJ."


def test_braces_in_a_value_are_not_taken_for_a_template() -> None:
    finding = Finding(code="type-error", row=1, column="{x}", value="{0} [[y]]",
                      params={"type": "integer"})  # fmt: skip
    assert "“{0} [[y]]”" in tablecheck.message(finding, "en")


def test_unknown_language_is_refused() -> None:
    with pytest.raises(tablecheck.UnknownLanguageError):
        tablecheck.message(Finding(code="empty-file"), "de")


def test_formats_are_written_as_people_write_them() -> None:
    assert date_words("%d/%m/%Y %H:%M", "fr") == "JJ/MM/AAAA hh:mm"


@pytest.mark.parametrize(("field", "text", "wanted"), [
    ({"type": "number", "decimalChar": ","}, "1.5", "1,5"),
    ({"type": "number"}, "1,5", "1.5"),
    ({"type": "number"}, "1\u00a0250,5", "1250.5"),
    ({"type": "number"}, "1.250,5", "1250.5"),
    ({"type": "integer"}, "12,0", "12"),
    ({"type": "integer"}, "1 250", "1250"),
    ({"type": "integer"}, "12,5", None),
    ({"type": "date"}, "29/02/2024", "2024-02-29"),
    ({"type": "date", "format": "%d/%m/%Y"}, "2024-2-9", "09/02/2024"),
    ({"type": "date"}, "31/02/2024", None),
    ({"type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]}, " Oui", "oui"),
    ({"type": "boolean"}, "nee", "false"),
    ({"type": "boolean"}, "peut-être", None),
])  # fmt: skip
def test_suggestion_is_one_that_the_field_accepts(
    field: dict[str, Any], text: str, wanted: str | None
) -> None:
    made = Field.from_descriptor({"name": "f", **field})
    assert made.read_cell(text)[1]
    params = {"format": "default", **field}
    finding = Finding(code="type-error", row=2, column="f", value=text, params=params)
    said = tablecheck.hint(finding, "en")
    assert said is not None
    if wanted is None:
        assert "Write “" not in said
        return
    assert said == f"Write “{wanted}”."
    assert not made.read_cell(wanted)[1]
