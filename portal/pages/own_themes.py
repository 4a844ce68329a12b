"""The themes of the Eurometropolis itself: what both sides have, side by side, and what is
missing.
"""

from flask import Blueprint, render_template

from catalogue.errors import NotFound
from catalogue.own_themes import known_sources, own_themes, sides_of
from catalogue.records import Side
from portal.context import services

blueprint = Blueprint("own_themes", __name__)


@blueprint.get("/themes/<theme_id>")
def show(theme_id: str) -> str:
    """Show a theme on the three sides of the border."""
    theme = own_themes().get(theme_id)
    if theme is None:
        raise NotFound("theme-unknown", theme=theme_id, known=list(own_themes()))
    store = services().store
    return render_template(
        "own_theme.html",
        theme=theme,
        themes=own_themes().values(),
        sides=sides_of(store, services().search, theme),
        common=[s for s in known_sources(store, theme) if Side.CROSS_BORDER in s.sides],
    )
