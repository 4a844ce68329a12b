"""Citations to take away: `/datasets/<id>/citation.txt|bib|ris`, in the language of `?lang=`, of a
table and version that `?table=` and `?version=` name.
"""

from collections.abc import Callable

from flask import Blueprint, Response, g, request

from catalogue.errors import NotFound
from catalogue.records import Entry, Table
from catalogue.store import datasets, versions
from portal.context import language, services
from portal.pages.addresses import whole_number
from portal.pages.citations import Citation, as_bibtex, as_ris, as_text, citation_of

_FORMS: dict[str, tuple[Callable[[Citation], str], str]] = {
    "txt": (lambda citation: as_text(citation) + "\n", "text/plain"),
    "bib": (as_bibtex, "application/x-bibtex"),
    "ris": (as_ris, "application/x-research-info-systems"),
}

blueprint = Blueprint("citation", __name__)


@blueprint.get("/datasets/<dataset_id>/citation.<any(txt, bib, ris):form>")
def show(dataset_id: str, form: str) -> Response:
    """Give the citation of a dataset in one form."""
    g.lang = language()
    store = services().store
    entry = datasets.get(store, dataset_id)
    table = _table(entry)
    n = whole_number("version", default=0)
    version = versions.get(store, table.name, n) if table and n else None
    write, media_type = _FORMS[form]
    response = Response(
        write(citation_of(entry, table, version)), content_type=f"{media_type}; charset=utf-8"
    )
    response.headers["Content-Language"] = language()
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Accept-Language", "Cookie"))
    if form != "txt":
        name = f"{entry.id}.{form}"
        response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _table(entry: Entry) -> Table | None:
    wanted = request.args.get("table")
    if wanted is None:
        return entry.tables[0] if len(entry.tables) == 1 else None
    for table in entry.tables:
        if table.name == wanted:
            return table
    raise NotFound("table-unknown", table=wanted)
