"""Publishing in the browser: the entrance, and a page for each step of a file on its way."""

from portal.pages.publish import check, columns, describe, entrance, review
from portal.pages.publish.frame import blueprint as steps

__all__ = ["check", "columns", "describe", "entrance", "review"]

BLUEPRINTS = (entrance.blueprint, steps)
