"""The search: datasets found, facets to narrow it, all of it in the address."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from catalogue.records import Entry
from catalogue.search import FACETS, SORTS, Hits, Query
from catalogue.store import datasets
from portal.context import services
from portal.following import behind
from portal.i18n import reader_language, words
from portal.maps.drawing import drawing_of
from portal.maps.features import Feature, collection, rectangle
from portal.maps.projection import TERRITORY
from portal.pages import area, labels
from portal.pages.addresses import whole_number
from portal.pages.caching import mark_kept
from portal.pages.compression import packed
from portal.pages.facets import Facet, facet_of
from portal.pages.found import asked_kind, found_beside, kind_title, page_of
from portal.pages.no_result import offers
from portal.pages.paging import Paging
from portal.pages.publisher_names import publisher_name

PAGE_SIZE = 20
_LONGEST_QUERY = 300
_FAINT = 0.02

blueprint = Blueprint("search", __name__)


@blueprint.get("/datasets")
def show() -> str | BaseResponse:
    """List what a search finds, with its facets and where it lies."""
    if (address := area.address_of_fields()) is not None:
        return redirect(address)
    number = whole_number("page", default=1, most=500)
    query = _query(number)
    if (kind := asked_kind()) is not None:
        return page_of(kind, query.q)
    pending = behind(services().store, services().search)
    if pending:
        g.page_etag = None  # the next answer will hold more
    hits = services().search.search(query)
    entries = datasets.by_ids(services().store, [hit.id for hit in hits.results])
    return render_template(
        "search.html",
        query=query,
        area=area.asked(),
        kept=area.kept(),
        drawing=drawing_of(_features(hits, entries, query.offset), query.box, TERRITORY),
        territory=TERRITORY,
        map_address=f"{url_for('search.on_map')}?{request.query_string.decode('ascii', 'replace')}",
        hits=hits,
        pending=pending,
        entries=entries,
        facets=_facets(query, hits.facets),
        paging=Paging(number=number, size=PAGE_SIZE, total=hits.count),
        twins=_twins(query, number),
        beside=found_beside(query.q) if number == 1 and not _is_narrowed(query) else [],
        kind_title=kind_title,
        offers=offers(services(), query, hits) if query.q and not hits.count else None,
        sorts={
            "relevance": gettext("Best match"),
            "updated": gettext("Newest data"),
            "title": gettext("Title"),
        },
    )


def _is_narrowed(query: Query) -> bool:
    """Tell whether a facet is chosen from, or an area: both are of datasets alone."""
    return query.box is not None or any(query.chosen(facet) for facet in FACETS)


def _twins(query: Query, number: int) -> dict[str, str]:
    """Return the addresses of this very search as other formats; only JSON is of a page."""
    pairs = [("q", query.q)] if query.q else []
    pairs += [(facet, value) for facet in FACETS for value in query.chosen(facet)]
    if query.box is not None:
        pairs.append(("bbox", ",".join(format(side, ".10g") for side in query.box)))
    if query.sort != "relevance":
        pairs.append(("sort", query.sort))
    paged = {"json": [("page", str(number))] if number > 1 else []}
    found = {kind: urlencode(pairs + paged.get(kind, [])) for kind in ("json", "csv", "atom")}
    here = url_for("search.show")
    return {k: f"{here}.{k}?{text}" if text else f"{here}.{k}" for k, text in found.items()}


@blueprint.get("/datasets.geojson")
def on_map() -> Response:
    """Give where the datasets of a page of results lie, numbered as in the list."""
    query = _query(whole_number("page", default=1, most=500))
    hits = services().search.search(query)
    entries = datasets.by_ids(services().store, [hit.id for hit in hits.results])
    response = Response(
        collection(_features(hits, entries, query.offset), [gettext("Publisher")]),
        mimetype="application/geo+json",
    )
    return packed(mark_kept(response))


def _features(hits: Hits, entries: list[Entry], offset: int) -> list[Feature]:
    """Return the datasets that lie somewhere, each as the area that it reaches."""
    extents = {hit.id: hit.extent for hit in hits.results}
    found = []
    for row, entry in enumerate(entries, start=offset + 1):
        extent = extents[entry.id]
        if extent is None:
            continue
        title = words(entry.dataset.title)
        found.append(
            Feature(
                row=row,
                title=title.text,
                lang=title.lang,
                geometry=rectangle(extent),
                share=_FAINT,
                values=[words(entry.dataset.publisher.title).text],
                address=url_for("dataset.show", dataset_id=entry.id),
            )
        )
    return found


def _query(number: int) -> Query:
    sort = request.args.get("sort", "relevance")
    chosen = {facet: tuple(dict.fromkeys(request.args.getlist(facet))) for facet in FACETS}
    return Query(
        q=request.args.get("q", "").strip()[:_LONGEST_QUERY],
        lang=reader_language(),
        sort=sort if sort in SORTS else "relevance",
        box=area.asked().box,
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
