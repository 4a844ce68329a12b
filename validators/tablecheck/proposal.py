"""What is proposed for one column."""

from typing import Any

import msgspec

from tablecheck.records import Inference


class Proposal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold a Table Schema field and why it is proposed."""

    field: dict[str, Any]
    inference: Inference
    marks: tuple[str, str] = ("", "")
    """The decimal and the group mark that the column proves for the file."""
    choices: dict[str, dict[str, Any]] = {}
    """Type that a publisher may choose -> the rest of its field; where the column is in doubt."""
