"""Finds DuckDB's spatial extension, which comes as a wheel: nothing is ever downloaded."""

import importlib.util
from importlib.metadata import version
from pathlib import Path


def spatial_extension() -> Path | None:
    """Find the spatial extension in its wheel, without importing it."""
    found = importlib.util.find_spec("duckdb_extension_spatial")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0]) / "extensions"
    return next(folder.glob(f"v{version('duckdb')}/spatial.duckdb_extension"), None)
