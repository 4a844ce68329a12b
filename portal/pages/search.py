"""The search: datasets found, facets to narrow it, all of it in the address."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from catalogue.search import FACETS, SORTS, Query
from catalogue.store import datasets
from portal.context import services
from portal.following import behind
from portal.i18n import reader_language
from portal.pages import labels
from portal.pages.addresses import whole_number
from portal.pages.facets import Facet, facet_of
from portal.pages.paging import Paging
from portal.pages.publishers import publisher_name

PAGE_SIZE = 20
_LONGEST_QUERY = 300

blueprint = Blueprint("search", __name__)


@blueprint.get("/datasets")
def show() -> str:
    """List what a search finds, with its facets."""
    number = whole_number("page", default=1, most=500)
    query = _query(number)
    pending = behind(services().store, services().search)
    hits = services().search.search(query)
    entries = datasets.by_ids(services().store, [hit.id for hit in hits.results])
    return render_template(
        "search.html",
        query=query,
        hits=hits,
        pending=pending,
        entries=entries,
        facets=_facets(query, hits.facets),
        paging=Paging(number=number, size=PAGE_SIZE, total=hits.count),
        twins=_twins(query, number),
        sorts={
            "relevance": gettext("Best match"),
            "updated": gettext("Newest data"),
            "title": gettext("Title"),
        },
    )


def _twins(query: Query, number: int) -> dict[str, str]:
    """Return the addresses of this very search as other formats; only JSON is of a page."""
    pairs = [("q", query.q)] if query.q else []
    pairs += [(facet, value) for facet in FACETS for value in query.chosen(facet)]
    if query.sort != "relevance":
        pairs.append(("sort", query.sort))
    paged = {"json": [("page", str(number))] if number > 1 else []}
    found = {kind: urlencode(pairs + paged.get(kind, [])) for kind in ("json", "csv", "atom")}
    here = url_for("search.show")
    return {k: f"{here}.{k}?{text}" if text else f"{here}.{k}" for k, text in found.items()}


def _query(number: int) -> Query:
    sort = request.args.get("sort", "relevance")
    chosen = {facet: tuple(dict.fromkeys(request.args.getlist(facet))) for facet in FACETS}
    return Query(
        q=request.args.get("q", "").strip()[:_LONGEST_QUERY],
        lang=reader_language(),
        sort=sort if sort in SORTS else "relevance",
        limit=PAGE_SIZE,
        offset=(number - 1) * PAGE_SIZE,
        **chosen,
    )


def _facets(query: Query, counts: dict[str, dict[str, int]]) -> list[Facet]:
    name_of = partial(publisher_name, services())
    titles: dict[str, tuple[str, Callable[[str], str]]] = {
        "side": (gettext("Side of the border"), labels.side),
        "theme": (gettext("Theme"), labels.theme),
        "publisher": (gettext("Publisher"), name_of),
        "licence": (gettext("Licence"), labels.licence),
        "format": (gettext("Format"), labels.format_name),
        "language": (gettext("Language of the data"), labels.language),
    }
    return [
        facet_of(name, title, counts.get(name, {}), query.chosen(name), label)
        for name, (title, label) in titles.items()
    ]
