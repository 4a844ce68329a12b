"""Every code of a finding, with its severity and its nearest kin among frictionless's types.

The codes of frictionless keep their names; ours are about the file around the table.
"""

from typing import Literal

import msgspec


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold what is fixed about a code."""

    severity: Literal["error", "warning"] = "error"
    frictionless_type: str


_FRICTIONLESS = str.split(
    "ascii-value blank-header blank-label blank-row byte-count check-error checklist-error "
    "compression-error constraint-error control-error deviated-cell deviated-value dialect-error "
    "duplicate-label duplicate-row encoding-error extra-cell extra-label field-count "
    "field-error forbidden-value foreign-key format-error hash-count incorrect-label "
    "metadata-error missing-cell missing-label package-error primary-key required-value "
    "resource-error row-constraint row-count schema-error scheme-error sequential-value "
    "source-error table-dimensions truncated-value type-error unique-error unmatched-header error"
)

_OURS: dict[str, str] = {
    "personal-data": "source-error",
    "empty-file": "source-error",
    "not-a-table": "format-error",
    "html-page": "format-error",
    "unsupported-format": "format-error",
    "too-large": "source-error",
    "too-many-columns": "source-error",
    "line-too-long": "source-error",
    "unclosed-quote": "source-error",
    "csv-broken": "source-error",
    "unknown-encoding": "encoding-error",
    "archive-broken": "compression-error",
    "archive-empty": "compression-error",
    "archive-encrypted": "compression-error",
    "archive-nested": "compression-error",
    "archive-unsafe-path": "compression-error",
    "archive-too-many-members": "compression-error",
    "archive-bomb": "compression-error",
    "unsafe-xml": "format-error",
    "json-broken": "format-error",
    "json-not-records": "source-error",
    "spreadsheet-broken": "format-error",
    "parquet-broken": "format-error",
    "vector-broken": "format-error",
    "shapefile-incomplete": "format-error",
    "geometry-broken": "source-error",
    "crs-unknown": "source-error",
    "schema-not-applicable": "schema-error",
    "value-too-large": "source-error",
}

_WARNINGS = str.split(
    "encoding-assumed encoding-mixed undecodable-bytes preamble-skipped no-header "
    "blank-rows-skipped blank-label-named duplicate-label-renamed no-rows merged-cells "
    "extension-mismatch crs-guessed coordinates-outside coordinates-swapped mixed-offsets-kept "
    "members-skipped quote-left-open foreign-key-unchecked ambiguous-separator columns-shifted "
    "links-lead-nowhere odd-values one-column "
    "sheets-hidden totals-row formulas-uncalculated check-unknown check-misdescribed check-not-made"
)

# The codes of the checks that a schema names are their names: see `checks/`.
RULES: dict[str, Rule] = {
    **{code: Rule(frictionless_type=code) for code in _FRICTIONLESS},
    **{code: Rule(frictionless_type=kin) for code, kin in _OURS.items()},
    **{code: Rule(severity="warning", frictionless_type="source-error") for code in _WARNINGS},
}

# Why a type was proposed for a column.
REASONS = str.split(
    "no-values all-integers all-numbers decimal-comma grouped-numbers all-dates all-datetimes "
    "all-datetimes-offset all-times yes-no leading-zero plus-sign too-many-digits code-name "
    "code-name-typed mixed-marks mixed-numbers mixed-offsets text text-in-file wkt-geometry "
    "geojson-geometry geometry typed-by-file mixed-kinds json-objects json-lists chosen "
    "ambiguous-separator grouped-by-others decimal-by-others mixed-dates mostly-dates "
    "always-filled all-different few-values missing-marks"
)
