"""Answers that are cited: what they were made of, kept for good, and computed again on demand."""

import hashlib
from enum import StrEnum
from typing import Any

import msgspec

from catalogue.store import queries
from catalogue.store.queries import CitedAnswer, CitedTable, Pins
from portal.accounts.caller import Caller
from portal.answer_hash import Hashes, hashes_of
from portal.audit import record
from portal.errors import Refusal
from portal.own_tables import check_shared, readable
from portal.services import Services
from portal.sql_limits import query_limits
from sandbox.result import Result

_ID_LENGTH = 20


class Outcome(StrEnum):
    """What came of computing an answer again."""

    SAME = "same"
    OTHER_ORDER = "other-order"  # the same rows; ORDER BY left open in which order some come
    DIFFERENT = "different"
    GONE = "inputs-gone"


class Missing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A version that an answer was made of and that is no longer there."""

    table: str
    version: int
    sha256: str


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer computed again: what came of it, on which engine, and what is missing."""

    outcome: Outcome
    engine: str | None = None
    sha256: str | None = None
    row_count: int | None = None
    missing: list[Missing] = []


def cite(
    here: Services,
    sql: str,
    *,
    params: dict[str, Any],
    texts: dict[str, str],
    pins: Pins,
    asking: Caller,
    query: tuple[str, int] | None = None,
) -> str:
    """Compute an answer, keep what it is made of, and return its id. Raises SandboxError, Refusal,
    Conflict.
    """
    with _run(here, sql, params, texts, pins, asking) as result:
        check_shared(result.names)
        if not result.is_repeatable:
            raise Refusal(400, "answer-not-repeatable")
        found = hashes_of(result)
    answer = CitedAnswer(
        sql=sql,
        params=params,
        texts=texts,
        pins=result.names,
        versions={label: CitedTable(**used) for label, used in result.versions.items()},
        engine=str(result.engine),
        columns=result.columns,
        row_count=found.row_count,
        is_ordered=result.is_ordered,
        sha256=found.sha256,
        rows_sha256=found.rows_sha256,
        query_id=query[0] if query else None,
        query_n=query[1] if query else None,
    )
    answer_id = hashlib.sha256(msgspec.json.encode(answer)).hexdigest()[:_ID_LENGTH]
    assert asking.user_id is not None  # noqa: S101  # `require` lets nobody else through
    queries.add_answer(here.store, answer_id, answer, user_id=asking.user_id)
    record(here.store, "answer-cited", f"answer:{answer_id}", by=asking.name)
    return answer_id


def check(here: Services, answer: CitedAnswer, asking: Caller) -> Check:
    """Compute an answer again on the very versions that it was made of. Raises SandboxError."""
    missing = missing_of(here, answer)
    if missing:
        return Check(outcome=Outcome.GONE, missing=missing)
    with _run(here, answer.sql, answer.params, answer.texts, answer.pins, asking) as result:
        found = hashes_of(result)
    return Check(
        outcome=_outcome(answer, found),
        engine=str(result.engine),
        sha256=found.sha256,
        row_count=found.row_count,
    )


def missing_of(here: Services, answer: CitedAnswer) -> list[Missing]:
    """Return which versions of an answer can no longer be read, or are no longer what they were."""
    there = {(each.table, each.version): each.sha256 for each in here.snapshot().relations}
    found = []
    for label, cited in answer.versions.items():
        table = label.partition("@")[0]
        if there.get((table, cited.version)) != cited.sha256:
            found.append(Missing(table=table, version=cited.version, sha256=cited.sha256))
    return found


def _outcome(answer: CitedAnswer, found: Hashes) -> Outcome:
    if found.sha256 == answer.sha256:
        return Outcome.SAME
    return Outcome.OTHER_ORDER if found.rows_sha256 == answer.rows_sha256 else Outcome.DIFFERENT


def _run(
    here: Services,
    sql: str,
    params: dict[str, Any],
    texts: dict[str, str],
    pins: Pins,
    asking: Caller,
) -> Result:
    return here.sandbox.run(
        sql,
        snapshot=readable(asking.user_id),
        params=params,
        texts=texts,
        pins=pins,
        client=asking.client,
        limits=query_limits(here.settings, is_signed_in=asking.is_signed_in),
    )
