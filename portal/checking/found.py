"""The findings of one table, in an Arrow file of their own: errors first, in the order of the file.

The file is mapped, not read: a page of it touches its own findings, and those of one column and
rule are found by these two columns alone.
"""

from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from portal.checking.records import Found
from tablecheck.report import Finding, Report


def write_findings(report: Report, target: Path) -> None:
    """Write the findings of a report."""
    found = (*report.errors, *report.warnings)
    table = pa.table(
        {
            "column": pa.array([each.column for each in found], pa.string()),
            "code": pa.array([each.code for each in found], pa.string()),
            "finding": pa.array([msgspec.json.encode(each) for each in found], pa.large_binary()),
        }
    )
    with pa.OSFile(str(target), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def read_findings(
    path: Path, *, column: str | None, code: str | None, start: int, count: int | None
) -> Found:
    """Return `count` findings from `start` on, of one column and rule where asked.

    Raises OSError where the file is not there.
    """
    with pa.memory_map(str(path)) as file:
        kept = pa.ipc.open_file(file).read_all()
        total, findings = kept.num_rows, kept["finding"]
        asked = [
            pc.equal(kept[name], pa.scalar(value))
            for name, value in (("column", column), ("code", code))
            if value is not None
        ]
        if asked:
            places = pc.indices_nonzero(asked[0] if len(asked) == 1 else pc.and_(*asked))
            total = len(places)
            shown = findings.take(places.slice(start, count)).to_pylist()
        else:
            shown = findings.slice(start, count).to_pylist()
    return Found(
        total=total,
        findings=[msgspec.json.decode(each or b"", type=Finding) for each in shown],
    )
