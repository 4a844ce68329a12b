"""Keys over a whole file: which rows may share a value that should stand once.

Each row gets one number for each key, the same for equal values; those that occur twice name the
rows to look at, and `replay` then compares the values themselves as frictionless does. So a number
shared by chance costs a look and nothing more. Eight bytes a row and a key are held.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tablecheck.accept.texts import Mask, Texts
from tablecheck.columns import ABSENT, ColumnJudge

Codes = npt.NDArray[np.int64]
_MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)
_NONE = np.int64(-(2**62) + 7)
_CANONICAL = 10**18
_LONG_BYTES = 64


class Key:
    """Hold the codes of one key, block after block."""

    def __init__(self, names: tuple[str, ...], columns: list[ColumnJudge]) -> None:
        self.names = names
        self._columns = columns
        self._blocks: list[Codes] = []
        self._absent: list[Mask] = []

    def add(self, texts: list[Texts], verdicts: list[npt.NDArray[np.uint8]]) -> Mask:
        """Take a block in; give the rows whose every cell is None."""
        parts = [
            _codes(column, text, verdict)
            for column, text, verdict in zip(self._columns, texts, verdicts, strict=True)
        ]
        codes, absent = parts[0]
        for more, none in parts[1:]:
            codes = _mix(_mix(codes, 0), 1) ^ _mix(more, 1)
            absent = absent & none
        self._blocks.append(codes)
        self._absent.append(absent)
        return absent

    def repeated(self, odd: list[tuple[Any, ...]]) -> Codes:
        """Give the places of the rows that may share a value, with each other or with `odd`."""
        codes = np.concatenate([*self._blocks, np.empty(0, dtype=np.int64)])
        absent = np.concatenate([*self._absent, np.empty(0, dtype=bool)])
        others = (self._of_values(values) for values in odd)
        found = np.array([code for code in others if code is not None], dtype=np.int64)
        if not len(found) and not absent.any() and (len(codes) < 2 or (np.diff(codes) > 0).all()):
            return np.empty(0, dtype=np.int64)
        ordered = np.sort(np.concatenate([codes[~absent], found]))
        twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        if not len(twice):
            return np.empty(0, dtype=np.int64)
        nearest = np.minimum(np.searchsorted(twice, codes), len(twice) - 1)
        return np.flatnonzero((twice[nearest] == codes) & ~absent)

    def _of_values(self, values: tuple[Any, ...]) -> int | None:
        if set(values) == {None}:
            return None
        codes = [np.array([_of_value(value)], dtype=np.int64) for value in values]
        mixed = codes[0]
        for more in codes[1:]:
            mixed = _mix(_mix(mixed, 0), 1) ^ _mix(more, 1)
        return int(mixed[0])


def _codes(column: ColumnJudge, texts: Texts, verdict: npt.NDArray[np.uint8]) -> tuple[Codes, Mask]:
    """Give a code for each text, and mark those that stand for None."""
    absent = (verdict & ABSENT).astype(bool)
    field = column.field
    if field.type == "string" and field.format == "default":
        codes, proven = hash_texts(texts), ~absent
    elif field.type == "integer" and field.bare_number:
        proven = texts.canonical & ~absent
        codes = texts.wholes if proven.all() else texts.wholes.copy()
    else:
        proven = np.zeros(len(texts), dtype=bool)
        codes = np.zeros(len(texts), dtype=np.int64)
    rest = ~(proven | absent)
    if rest.any():
        encoded: Any = texts.cells.filter(pa.array(rest)).dictionary_encode()
        values = [column.read(text)[0] for text in encoded.dictionary.to_pylist()]
        column.reader_calls += len(values)
        indices = encoded.indices.to_numpy()
        codes[rest] = np.array([_of_value(v) for v in values], dtype=np.int64)[indices]
        absent = absent.copy()
        absent[rest] = np.array([v is None for v in values], dtype=bool)[indices]
    if absent.any():
        codes = np.where(absent, _NONE, codes)
    return codes, absent


def _of_value(value: Any) -> int:
    """Give the code of a cast value, equal for equal values; raises TypeError as a dict would."""
    if value is None:
        return int(_NONE)
    if isinstance(value, str):
        return int(hash_texts(Texts(pa.array([value], type=pa.string())))[0])
    if isinstance(value, int) and abs(value) < _CANONICAL:
        return int(value)
    return hash(value)


def _mix(codes: Codes, index: int) -> Codes:
    words = codes.view(np.uint64) * np.uint64(_MULTIPLIERS[index])
    return (words ^ (words >> np.uint64(29))).view(np.int64)


def hash_texts(texts: Texts) -> Codes:
    """Give 64 bits for each text, the same in every block; a run of Python knows its own."""
    lengths = texts.lengths
    is_long = lengths > _LONG_BYTES
    codes = lengths.astype(np.uint64) * np.uint64(_MULTIPLIERS[1])
    short = np.where(is_long, 0, lengths)
    width = (int(short.max(initial=0)) + 7) // 8 * 8
    if width:
        held = texts.data
        if is_long.any():
            held = held[np.repeat(~is_long, lengths)]
        grid = np.zeros((len(texts), width), dtype=np.uint8)
        grid[np.arange(width) < short[:, None]] = held
        for number, words in enumerate(grid.view(np.uint64).T):
            mixed = (codes ^ words) * np.uint64(_MULTIPLIERS[0])
            mixed ^= mixed >> np.uint64(31)
            codes = np.where(short > 8 * number, mixed, codes)
    found = codes.view(np.int64)
    if is_long.any():
        some = texts.cells.filter(pa.array(is_long)).to_pylist()
        found[is_long] = [hash(text) for text in some]
    return found
