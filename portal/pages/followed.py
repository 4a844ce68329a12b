"""What a form says that is to be followed, by webhook or by mail."""

from catalogue.errors import NotFound
from catalogue.store import datasets
from catalogue.store.webhooks import Followed
from portal.context import services
from portal.errors import Refusal
from portal.pages.themes import themes
from portal.publisher_report import holders


def what_is_followed(
    kind: str, named: str, theme: str, *, may_report: bool = False
) -> tuple[Followed, str]:
    """Return what is followed; `named` is the id or the address of a dataset or a publisher. Only
    where it `may_report`, the report of a publisher can be.

    Raises Refusal, NotFound.
    """
    identifier = named.partition("?")[0].rstrip("/").rpartition("/")[2]
    match kind:
        case Followed.DATASET:
            return Followed.DATASET, datasets.get(services().store, identifier).id
        case Followed.PUBLISHER | Followed.REPORT if kind != Followed.REPORT or may_report:
            if all(holder.publisher.id != identifier for holder in holders(services())):
                raise NotFound("publisher-unknown", publisher=identifier[:100])
            return Followed(kind), identifier
        case Followed.THEME:
            if theme not in themes():
                raise Refusal(400, "parameter-missing", name="theme")
            return Followed.THEME, theme
        case Followed.ALL:
            return Followed.ALL, ""
        case _:
            raise Refusal(400, "parameter-missing", name="kind")
