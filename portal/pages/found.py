"""What a search finds beside datasets: a few of each kind on its page, all of one kind in pages."""

from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask_babel import gettext

from portal.context import services
from portal.finding import KINDS, Group, beside, of_kind
from portal.i18n import reader_language
from portal.pages.addresses import whole_number
from portal.pages.paging import Paging

PAGE_SIZE = 50
_MOST_PAGES = 20


def kind_title(kind: str) -> str:
    """Return the name of a kind of things."""
    titles = {
        "place": gettext("Municipalities"),
        "player": gettext("Digital players"),
        "meeting": gettext("Forum and meetings"),
        "column": gettext("Columns"),
        "value": gettext("Rows by their values"),
    }
    return str(titles[kind])


def asked_kind() -> str | None:
    """Return the kind that the address asks for."""
    kind = request.args.get("kind")
    return kind if kind in KINDS else None


def found_beside(words: str) -> list[Group]:
    """Return what stands above the datasets on the first page of a search by words."""
    return beside(services(), words, reader_language()) if words else []


def page_of(kind: str, words: str) -> str:
    """Show all things of a kind, in pages."""
    number = whole_number("page", default=1, most=_MOST_PAGES)
    group = of_kind(
        services(),
        kind,
        words,
        reader_language(),
        limit=PAGE_SIZE,
        offset=(number - 1) * PAGE_SIZE,
    )
    query = urlencode([("q", words), ("kind", kind)])
    paged = f"{query}&page={number}" if number > 1 else query
    here = url_for("search.show")
    return render_template(
        "search_kind.html",
        q=words,
        kind=kind,
        group=group,
        paging=Paging(
            number=number, size=PAGE_SIZE, total=min(group.count, PAGE_SIZE * _MOST_PAGES)
        ),
        kind_title=kind_title,
        kinds=KINDS,
        twins={"json": f"{here}.json?{paged}", "csv": f"{here}.csv?{paged}"},
    )
