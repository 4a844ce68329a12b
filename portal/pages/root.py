"""Sends a reader from an address without a language to the one that suits her."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from catalogue.store import datasets
from portal.context import services
from portal.i18n import preferred_language

_RDF = {"text/turtle": "ttl", "application/ld+json": "jsonld", "application/rdf+xml": "rdf"}

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
    """Redirect from the permanent URI of a dataset to its page, or to its RDF where that is asked
    for.
    """
    datasets.get(services().store, dataset_id)
    page = url_for("dataset.show", lang=preferred_language(), dataset_id=dataset_id)
    return _for(f"/datasets/{dataset_id}", page)


@blueprint.get("/catalog")
def catalogue() -> Response:
    """Redirect from the permanent URI of the catalogue to the search."""
    return _for("/catalog", url_for("search.show", lang=preferred_language()))


@blueprint.get("/publishers/<publisher_id>")
def publisher(publisher_id: str) -> Response:
    """Redirect from the permanent URI of a publisher to its page."""
    return _to(url_for("publishers.show", lang=preferred_language(), publisher_id=publisher_id))


@blueprint.get("/contact")
def contact() -> Response:
    """Redirect to how to reach us."""
    return _to(url_for("about.contact", lang=preferred_language()))


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


@blueprint.get("/replay")
def replay() -> Response:
    """Redirect to the feeds that are played again."""
    return _to(url_for("replay.show", lang=preferred_language()))


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


def _for(thing: str, page: str) -> Response:
    """Send who asks for RDF to that of a thing, everyone else to its page."""
    wanted = request.accept_mimetypes.best_match(["text/html", *_RDF], default="text/html")
    if wanted not in _RDF:
        response = _to(page)
    else:
        response = redirect(f"{thing}.{_RDF[wanted]}", 303)
        response.vary.update(("Accept-Language", "Cookie"))
    response.vary.add("Accept")
    return response


def _to(address: str) -> Response:
    query = request.query_string.decode("ascii", "replace")
    response = redirect(f"{address}?{query}" if query else address, 302)
    response.vary.update(("Accept-Language", "Cookie"))
    return response
