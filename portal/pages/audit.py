"""Who did what, for admins: a page with filters."""

import msgspec
from flask import Blueprint, render_template, request

from catalogue.store import audit
from portal.accounts.rights import require
from portal.accounts.roles import Role
from portal.context import services
from portal.pages.addresses import whole_number
from portal.pages.paging import Paging

LINES_A_PAGE = 100
_FILTERS = ("actor", "action", "subject")

blueprint = Blueprint("audit", __name__)


@blueprint.get("/audit")
@require(role=Role.ADMIN)
def listing() -> str:
    """List the newest deeds."""
    store, asked = services().store, _asked()
    number = whole_number("page", default=1)
    offset = (number - 1) * LINES_A_PAGE
    total, lines = audit.page(store, **asked, limit=LINES_A_PAGE, offset=offset)
    return render_template(
        "audit.html",
        lines=[(line, msgspec.json.encode(line.details).decode()) for line in lines],
        asked=asked,
        actions=audit.actions(store),
        paging=Paging(number=number, size=LINES_A_PAGE, total=total),
    )


def _asked() -> dict[str, str]:
    return {name: request.args.get(name, "")[:200] for name in _FILTERS}
