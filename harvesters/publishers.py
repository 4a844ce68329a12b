"""Says who publishes where a portal names nobody."""

from catalogue.names import slug
from catalogue.records import Publisher, Source


def stated(source: Source) -> Publisher:
    """Return the publisher that `sources.toml` states, or one named after the source."""
    if isinstance(source.publisher, Publisher):
        return source.publisher
    name = source.publisher or source.id
    return Publisher(id=slug(name), title={"und": name})
