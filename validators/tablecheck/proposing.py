"""`propose`: a schema for a file that has none, with a reason for each column, and the known
schemas that it matches.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tablecheck.evidence import weigh
from tablecheck.limits import Limits
from tablecheck.matching import Match, match
from tablecheck.reading import read
from tablecheck.records import Extract, Inference
from tablecheck.report import Report


class SchemaProposal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold a proposed Table Schema, why, and the known schemas that match, best first.

    Where the table cannot be read whole, `report` says why and the schema has no rules.
    """

    table: str | None
    schema: dict[str, Any]
    reasons: tuple[Inference, ...]
    matches: tuple[Match, ...] = ()
    report: Report = Report()

    @property
    def best(self) -> Match | None:
        """Give the best match, where there is one."""
        return self.matches[0] if self.matches else None


def propose(
    source: str | Path,
    *,
    known: Mapping[str, Mapping[str, Any]] | None = None,
    limits: Limits | None = None,
) -> SchemaProposal:
    """Propose the schema of the first table of a file, and match it with `known` schemas."""
    return propose_for(read(Path(source), limits=limits)[0], known or {})


def propose_for(extract: Extract, known: Mapping[str, Mapping[str, Any]]) -> SchemaProposal:
    """Propose the schema of a table that was read without one."""
    table = extract.table
    fields = extract.schema.get("fields", [])
    reasons = extract.inferred
    if table is not None and len(fields) == len(reasons) == table.num_columns:
        weighed = [
            weigh(field, why, column)
            for field, why, column in zip(fields, reasons, table.columns, strict=True)
        ]
        fields = [one.field for one in weighed]
        reasons = tuple(reason for one in weighed for reason in one.reasons)
    schema = {**extract.schema, "fields": fields}
    return SchemaProposal(
        table=extract.name,
        schema=schema,
        reasons=reasons,
        matches=match(extract.report.labels, known, table),
        report=extract.report,
    )
