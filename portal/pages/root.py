"""Sends a reader from an address without a language to the one that suits her."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from catalogue.store import datasets
from portal.context import services
from portal.i18n import preferred_language

blueprint = Blueprint("root", __name__)


@blueprint.get("/")
def start() -> Response:
    """Redirect to the home page."""
    return _to(url_for("home.show", lang=preferred_language()))


@blueprint.get("/datasets")
def search() -> Response:
    """Redirect to the search."""
    return _to(url_for("search.show", lang=preferred_language()))


@blueprint.get("/datasets/<dataset_id>")
def dataset(dataset_id: str) -> Response:
    """Redirect from the permanent URI of a dataset to its page."""
    datasets.get(services().store, dataset_id)
    return _to(url_for("dataset.show", lang=preferred_language(), dataset_id=dataset_id))


def _to(address: str) -> Response:
    query = request.query_string.decode("ascii", "replace")
    response = redirect(f"{address}?{query}" if query else address, 302)
    response.vary.update(("Accept-Language", "Cookie"))
    return response
