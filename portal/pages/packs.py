"""Test packs: their list, and what each holds, with how to take it into a test."""

from flask import Blueprint, render_template

from portal.context import public_root, services
from portal.packs import pinned_zip, shipped_pack
from sandbox import packs

_EXAMPLE = """\
id = "my-pack"
seed = 1
rows = 50

[area]
municipalities = ["59350", "59512"]

[[tables]]
table = "vlille_stations@1"
stratify = "municipality_code"
where.docks_counted__gte = 15"""

blueprint = Blueprint("packs", __name__)


@blueprint.get("/packs")
def listing() -> str:
    """List the packs."""
    store = services().store
    return render_template(
        "packs.html",
        example=_EXAMPLE,
        command="eurometropolis pack make my-pack.toml",
        packs=[
            (recipe, list(packs.missing_tables(store, recipe)))
            for recipe in packs.shipped().values()
        ],
    )


@blueprint.get("/packs/<pack_id>")
def show(pack_id: str) -> str:
    """Show what a pack holds."""
    recipe = packs.recipe_of(pack_id)
    missing = list(packs.missing_tables(services().store, recipe))
    if missing:
        return render_template("pack.html", recipe=recipe, missing=missing, pack=None)
    found = shipped_pack(services(), pack_id, {})
    address = public_root() + pinned_zip(found)
    return render_template(
        "pack.html",
        recipe=recipe,
        missing=[],
        pack=found,
        manifest=found.manifest,
        pinned=pinned_zip(found),
        curl=f"curl -fsS -o {pack_id}.zip '{address}'\n"
        f"echo '{found.sha256}  {pack_id}.zip' | sha256sum -c",
        command=f"eurometropolis pack make {pack_id}",
        toml=packs.written(packs.resolved(services().store, recipe)),
    )
