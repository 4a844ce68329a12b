"""Arrow as this package speaks of it: short names for its columns, and its functions untyped.

The published stubs of `pyarrow.compute` refuse calls that Arrow takes (a plain number beside a
column, say), so its functions are taken as they come here, in one place.
"""

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute

if TYPE_CHECKING:
    Cells = pa.Array[Any]
    Column = pa.ChunkedArray[Any]
else:
    Cells = pa.Array
    Column = pa.ChunkedArray

pc: Any = pyarrow.compute

__all__ = ["Cells", "Column", "pc"]
