"""How much of a stranger's file we are ready to take in."""

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bound what reading one file may cost; beyond a bound there is a finding, never a crash."""

    max_bytes: int = 2 << 30
    """Of the file, and of all that comes out of an archive together."""
    max_columns: int = 2_000
    max_line_bytes: int = 16 << 20
    """Of one physical line, and of one quoted cell."""
    max_members: int = 1_000
    """Of files in one archive."""
    max_ratio: int = 200
    """Uncompressed over compressed size, judged only above `ratio_from_bytes`."""
    ratio_from_bytes: int = 64 << 20
    max_json_bytes: int = 512 << 20
    """Of a JSON document, which is held in memory whole."""
    max_findings: int = 1_000
    """Findings listed in a report; the counts stay exact beyond."""
