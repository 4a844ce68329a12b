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


@blueprint.get("/players")
def players() -> Response:
    """Redirect to the digital players."""
    return _to(url_for("players.show", lang=preferred_language()))


@blueprint.get("/players/<player_id>")
def player(player_id: str) -> Response:
    """Redirect from the permanent URI of a player to its page."""
    return _to(url_for("players.show_one", lang=preferred_language(), player_id=player_id))


@blueprint.get("/queries")
def queries() -> Response:
    """Redirect to the saved queries."""
    return _to(url_for("queries.listing", lang=preferred_language()))


@blueprint.get("/queries/<query_id>")
def query(query_id: str) -> Response:
    """Redirect from the permanent address of a saved query to its page."""
    return _to(url_for("queries.show", lang=preferred_language(), query_id=query_id))


@blueprint.get("/answers/<answer_id>")
def answer(answer_id: str) -> Response:
    """Redirect from the permanent address of a cited answer to its page."""
    return _to(url_for("cited_answers.show", lang=preferred_language(), answer_id=answer_id))


@blueprint.get("/packs")
def packs() -> Response:
    """Redirect to the test packs."""
    return _to(url_for("packs.listing", lang=preferred_language()))


@blueprint.get("/packs/<pack_id>")
def pack(pack_id: str) -> Response:
    """Redirect to a test pack."""
    return _to(url_for("packs.show", lang=preferred_language(), pack_id=pack_id))


@blueprint.get("/forum")
def forum() -> Response:
    """Redirect to the forum."""
    return _to(url_for("forum.show", lang=preferred_language()))


@blueprint.get("/themes/<theme_id>")
def own_theme(theme_id: str) -> Response:
    """Redirect to a theme of the Eurometropolis."""
    return _to(url_for("own_themes.show", lang=preferred_language(), theme_id=theme_id))


@blueprint.get("/requests")
def data_requests() -> Response:
    """Redirect to the list of what visitors ask for."""
    return _to(url_for("data_requests.listing", lang=preferred_language()))


def _to(address: str) -> Response:
    query = request.query_string.decode("ascii", "replace")
    response = redirect(f"{address}?{query}" if query else address, 302)
    response.vary.update(("Accept-Language", "Cookie"))
    return response
