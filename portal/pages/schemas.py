"""The schemas: what a good table on a topic holds, with a template to fill in."""

from flask import Blueprint, render_template

from catalogue import schemas
from catalogue.store import datasets
from portal.context import services

blueprint = Blueprint("schemas", __name__)


@blueprint.get("/schemas")
def listing() -> str:
    """List the schemas, those aligned with a standard first."""
    found = schemas.everything()
    origins = {name: schemas.origin(name) for name in found}
    order = sorted(found, key=lambda name: (not origins[name].standards, name))
    return render_template("schemas.html", schemas=[found[name] for name in order], origins=origins)


@blueprint.get("/schemas/<name>")
def show(name: str) -> str:
    """Show the fields of a schema, the standards it is aligned with, its example and its users."""
    schema = schemas.load(name)
    return render_template(
        "schema.html",
        schema=schema,
        origin=schemas.origin(name),
        example=schemas.example(name),
        users=datasets.using_schema(services().store, name),
    )
