"""The packs that come with the platform: one recipe a file in `recipes/`."""

from functools import cache
from pathlib import Path

from catalogue.errors import NotFound
from sandbox.packs.recipe import Recipe, read_recipe

_FOLDER = Path(__file__).parent / "recipes"


@cache
def shipped() -> dict[str, Recipe]:
    """Return the recipes by their id, in its order."""
    found = [read_recipe(file.read_bytes()) for file in sorted(_FOLDER.glob("*.toml"))]
    return {recipe.id: recipe for recipe in found}


def recipe_of(pack_id: str) -> Recipe:
    """Return a recipe. Raises NotFound."""
    found = shipped().get(pack_id)
    if found is None:
        raise NotFound("pack-unknown", pack=pack_id, known=list(shipped()))
    return found
