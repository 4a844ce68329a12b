"""What can go wrong with a query, as one tree.

    SandboxError
    ├── QueryError          400  the statement
    │   ├── Refused              is not allowed here
    │   ├── SyntaxFault          is not SQL
    │   ├── UnknownName          names something that is not there
    │   └── InvalidQuery         fails on its values
    ├── DeadlineExceeded    408
    ├── TooLarge            413  memory or size of the answer
    ├── Busy                429  come back after `retry_after_s`
    ├── Cancelled           499  the client asked for it
    └── WorkerFault         500  a fault of ours

`code` is stable and has its sentence in French, Dutch and English in `messages.py`; `detail` is
DuckDB's own English text, with every path taken out. Standard library only: workers import this.
"""

from typing import Any, ClassVar


class SandboxError(Exception):
    """Tell why a query gave no answer."""

    status: ClassVar[int] = 500

    def __init__(
        self,
        code: str,
        params: dict[str, Any] | None = None,
        *,
        detail: str | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
        candidates: tuple[str, ...] = (),
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(code, params or {})
        self.code = code
        self.params: dict[str, Any] = params or {}
        self.detail = detail
        self.line = line
        self.column = column
        self.hint = hint
        self.candidates = candidates
        self.retry_after_s = retry_after_s
        self.parameters: list[dict[str, Any]] = []  # of the statement, where it was read so far

    def __str__(self) -> str:
        place = f" at {self.line}:{self.column}" if self.line else ""
        values = ", ".join(f"{key}={value!r}" for key, value in self.params.items())
        more = f": {self.detail}" if self.detail else ""
        return f"{self.code}({values}){place}{more}"

    def as_frame(self) -> dict[str, Any]:
        """Write the error down for the way from worker to supervisor."""
        return {
            "op": "error",
            "kind": type(self).__name__,
            "code": self.code,
            "params": self.params,
            "detail": self.detail,
            "line": self.line,
            "column": self.column,
            "hint": self.hint,
            "candidates": list(self.candidates),
            "parameters": self.parameters,
        }


class QueryError(SandboxError):
    """The statement itself is at fault."""

    status = 400


class Refused(QueryError):
    """The statement asks for something that the sandbox does not do."""


class SyntaxFault(QueryError):
    """The text is not SQL."""


class UnknownName(QueryError):
    """A table, version, column or function is not there."""


class InvalidQuery(QueryError):
    """The statement is SQL, but types or values do not fit."""


class DeadlineExceeded(SandboxError):
    """The query was stopped at its deadline."""

    status = 408


class TooLarge(SandboxError):
    """The query needs more memory, or gives a larger answer, than is allowed."""

    status = 413


class Busy(SandboxError):
    """There is no room now."""

    status = 429


class Cancelled(SandboxError):
    """The client cancelled the query."""

    status = 499


class WorkerFault(SandboxError):
    """The engine or our own code failed."""


KINDS: dict[str, type[SandboxError]] = {
    kind.__name__: kind
    for kind in (
        Refused,
        SyntaxFault,
        UnknownName,
        InvalidQuery,
        DeadlineExceeded,
        TooLarge,
        Busy,
        Cancelled,
        WorkerFault,
    )
}


def from_frame(frame: dict[str, Any]) -> SandboxError:
    """Rebuild the error that a worker sent."""
    error = KINDS[frame["kind"]](
        frame["code"],
        frame.get("params") or {},
        detail=frame.get("detail"),
        line=frame.get("line"),
        column=frame.get("column"),
        hint=frame.get("hint"),
        candidates=tuple(frame.get("candidates") or ()),
    )
    error.parameters = frame.get("parameters") or []
    return error
