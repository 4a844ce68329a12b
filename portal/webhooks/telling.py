"""What a webhook is told of a dataset that has changed, and which webhooks are."""

from typing import Any

import msgspec

from catalogue.changes import columns_between, verdict_of
from catalogue.errors import Gone, NotFound
from catalogue.records import Entry, Table
from catalogue.store import Store, datasets, versions, webhooks
from catalogue.store.database import now
from catalogue.store.mail_followings import Following
from catalogue.store.webhooks import MOST_WAITING, Followed, Message, Webhook
from portal.webhooks.signing import new_id

_MOST_READ = 500
CHANGED, ARCHIVED, WITHDRAWN = "dataset.changed", "dataset.archived", "dataset.withdrawn"
TEST = "test"


def tell(store: Store, root: str) -> None:
    """Write a message to each webhook for each dataset that it follows and that has changed.

    `root` is the public address of the installation. A dataset that changes twice before it is
    told is told once. Where a webhook has many messages on their way, it is told later.
    """
    newest = datasets.generation(store)
    waiting = webhooks.count_waiting(store)
    reached: dict[Webhook, int] = {}
    messages: list[Message] = []
    bodies: dict[str, tuple[str, str]] = {}
    read: dict[int, list[Entry]] = {}  # most webhooks stand at the same place
    for hook in webhooks.active(store):
        room = MOST_WAITING - waiting.get(hook.id, 0)
        if hook.sequence >= newest or room <= 0:
            continue
        if hook.sequence not in read:
            read[hook.sequence] = datasets.since(store, hook.sequence, limit=_MOST_READ)
        entries = read[hook.sequence]
        wanted = [entry for entry in entries if follows(hook, entry)]
        is_all = len(entries) < _MOST_READ and len(wanted) <= room
        told = wanted[:room]
        last = told[-1] if len(wanted) > room else (entries[-1] if entries else None)
        reached[hook] = newest if is_all or last is None else last.sequence
        for entry in told:
            if entry.id not in bodies:
                bodies[entry.id] = _event(store, entry, root)
            event, body = bodies[entry.id]
            messages.append(
                Message(id=new_id(), webhook_id=hook.id, event=event, subject=entry.id, body=body)
            )
    if reached:
        webhooks.put(store, messages, reached)


def follows(hook: Webhook | Following, entry: Entry) -> bool:
    """Tell whether a webhook, or who follows by mail, is to be told of a dataset."""
    match hook.kind:
        case Followed.DATASET:
            return entry.id == hook.followed
        case Followed.PUBLISHER:
            return entry.dataset.publisher.id == hook.followed
        case Followed.THEME:
            return hook.followed in entry.dataset.themes
        case Followed.REPORT:
            return False
        case Followed.ALL:
            return True


def test_message(hook: Webhook) -> Message:
    """Return a message by which a receiver can be tried."""
    body = {"type": TEST, "timestamp": now(), "data": {"webhook": hook.id}}
    return Message(id=new_id(), webhook_id=hook.id, event=TEST, subject="", body=_written(body))


def _event(store: Store, entry: Entry, root: str) -> tuple[str, str]:
    if entry.is_withdrawn:  # nothing of what it held goes out any more
        data: dict[str, Any] = {"id": entry.id, "url": f"{root}/datasets/{entry.id}"}
        return WITHDRAWN, _written({"type": WITHDRAWN, "timestamp": now(), "data": data})
    event = ARCHIVED if entry.is_archived else CHANGED
    dataset = entry.dataset
    data = {
        "id": entry.id,
        "url": f"{root}/datasets/{entry.id}",
        "title": dataset.title,
        "publisher": dataset.publisher.id,
        "themes": dataset.themes,
        "data_updated_at": entry.data_updated_at,
        "updated_at": entry.updated_at,
        "tables": [_table(store, table, root) for table in entry.tables if table.current],
    }
    return event, _written({"type": event, "timestamp": now(), "data": data})


def _table(store: Store, table: Table, root: str) -> dict[str, Any]:
    current = table.current
    if current is None:
        return {"name": table.name}
    return {
        "name": table.name,
        "version": current.n,
        "created_at": current.created_at,
        "row_count": current.row_count,
        "sha256": current.sha256,
        "change": _verdict(store, table),
        "url": f"{root}/data/{table.name}@{current.n}.parquet",
    }


def _verdict(store: Store, table: Table) -> str | None:
    """Return what the version in force means for programs; None for a first one."""
    current = table.current
    if current is None or current.n < 2:
        return None
    try:
        before = versions.get(store, table.name, current.n - 1)
    except (Gone, NotFound):  # erased since
        return None
    return verdict_of(columns_between(before, current)).value


def _written(body: Any) -> str:
    return msgspec.json.encode(body).decode()
