"""Pages of text: about, how to publish, the accessibility statement."""

from flask import Blueprint, render_template

from portal.context import services

blueprint = Blueprint("about", __name__)


@blueprint.get("/about")
def show() -> str:
    """Say what this is and who it is for."""
    return render_template("about.html")


@blueprint.get("/publish")
def publish() -> str:
    """Say how to publish."""
    return render_template("publish.html", contact_url=services().settings.contact_url)


@blueprint.get("/accessibility")
def accessibility() -> str:
    """Give the accessibility statement."""
    return render_template("accessibility.html", contact_url=services().settings.contact_url)
