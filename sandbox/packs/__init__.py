"""Test packs: real rows of pinned versions, sampled with a seed, keys closed, the same bytes on
every machine.
"""

from sandbox.packs.errors import PackError
from sandbox.packs.making import Made, make, missing_tables, resolved
from sandbox.packs.manifest import Manifest
from sandbox.packs.recipe import Recipe, as_recipe, pinned, read_recipe, written
from sandbox.packs.shipped import recipe_of, shipped

__all__ = [
    "Made",
    "Manifest",
    "PackError",
    "Recipe",
    "as_recipe",
    "make",
    "missing_tables",
    "pinned",
    "read_recipe",
    "recipe_of",
    "resolved",
    "shipped",
    "written",
]
