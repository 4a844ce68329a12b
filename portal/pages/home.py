"""The home page: one search box, what is there and what is missing on each side, what is new, three
doors.
"""

from flask import Blueprint, render_template

from catalogue.own_themes import own_themes
from catalogue.search import Query
from catalogue.store import datasets
from portal.context import services
from portal.i18n import reader_language
from portal.pages.overview import overview
from portal.pages.territory_map import dots

NEWEST = 6

# What people of each language look for; each finds data of the other side too.
EXAMPLES = {
    "fr": ("communes", "codes postaux", "formation numérique", "cybersécurité", "Courtrai"),
    "nl": ("gemeenten", "postcodes", "digitale opleiding", "cyberbeveiliging", "Rijsel"),
    "en": ("municipalities", "postal codes", "digital training", "cybersecurity", "Tournai"),
}

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def show() -> str:
    """Show the way in."""
    newest = services().search.search(Query(sort="updated", limit=NEWEST)).results
    return render_template(
        "home.html",
        examples=EXAMPLES[reader_language()],
        overview=overview(services()),
        own_themes=own_themes().values(),
        newest=datasets.by_ids(services().store, [hit.id for hit in newest]),
        dots=dots(),
        contact_url=services().settings.contact_url,
    )
