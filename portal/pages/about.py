"""Pages of text: about, contact, accessibility, privacy, terms of re-use."""

from flask import Blueprint, render_template

from portal.context import services
from portal.pages.licence_terms import licence_terms

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
def show() -> str:
    """Say what this is and who it is for."""
    return render_template("about.html")


@blueprint.get("/accessibility")
def accessibility() -> str:
    """Give the accessibility statement."""
    return render_template("accessibility.html", contact_url=services().settings.contact_url)


@blueprint.get("/contact")
def contact() -> str:
    """Say where to write to, and for what."""
    return render_template("contact.html", contact_url=services().settings.contact_url)


@blueprint.get("/privacy")
def privacy() -> str:
    """Say what is kept of those who come here, and what is counted."""
    return render_template("privacy.html", contact_url=services().settings.contact_url)


@blueprint.get("/terms")
def terms() -> str:
    """Say under which terms the data and the site may be used again."""
    return render_template("terms.html", licences=licence_terms())
