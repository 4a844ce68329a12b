"""A dataset as a Data Package, for frictionless and its like: `/datasets/<id>/datapackage.json`."""

from flask import Blueprint, Response

from catalogue.datapackage import Addresses, descriptor
from catalogue.errors import NotFound
from catalogue.store import datasets
from portal.api.answers import json_answer
from portal.api.errors import install
from portal.api.parameters import Parameters
from portal.context import public_root, services
from portal.conversions import formats_of
from portal.files import csv_bytes
from sandbox.formats import FORMATS

blueprint = Blueprint("api_packages", __name__)
install(blueprint)


@blueprint.get("/datasets/<dataset_id>/datapackage.json")
def show(dataset_id: str) -> Response:
    """Describe a dataset and its tables as a Data Package."""
    Parameters()
    entry = datasets.get(services().store, dataset_id)
    found = descriptor(
        entry,
        Addresses(
            root=public_root(),
            formats_of=formats_of,
            media_types={name: each.media_type for name, each in FORMATS.items()},
            csv_of=csv_bytes,
        ),
    )
    if found is None:
        raise NotFound("dataset-without-table", dataset=dataset_id)
    return json_answer(found)
