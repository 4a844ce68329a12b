"""What is told by mail: the question whether an address wants it, and what has changed since."""

from catalogue.languages import nearest
from catalogue.records import Entry, Text
from catalogue.store import Store, datasets, mail_followings, publisher_days, questions
from catalogue.store.mail import Letter
from catalogue.store.mail_followings import Following
from catalogue.store.webhooks import Followed
from portal.messages import sentence
from portal.webhooks.telling import follows

MOST_NAMED = 50
_MOST_READ = 5_000
_AT_ONCE = 100


def tell(store: Store, root: str) -> None:
    """Write a letter to each whose time has come and for whom something has changed."""
    for following in mail_followings.due(store, limit=_AT_ONCE):
        if following.kind is Followed.REPORT:
            told = report(store, following, root)
            mail_followings.told(store, following, following.sequence, told)
            continue
        entries = datasets.since(store, following.sequence, limit=_MOST_READ)
        reached = entries[-1].sequence if entries else following.sequence
        wanted = [entry for entry in entries if follows(following, entry)]
        letter = digest(following, wanted, root) if wanted else None
        mail_followings.told(store, following, reached, letter)


def digest(following: Following, entries: list[Entry], root: str) -> Letter:
    """Return what has changed, in the language of the reader."""
    lang = following.language
    lines = [_line(entry, lang, root) for entry in entries[:MOST_NAMED]]
    if len(entries) > MOST_NAMED:
        lines.append(sentence("mail-more", {"count": len(entries) - MOST_NAMED}, lang))
    subject = sentence("mail-digest-subject", {"count": len(entries)}, lang)
    end = sentence("mail-digest-end", {"url": page_of(following, root)}, lang)
    return Letter(
        recipient=following.address,
        subject=subject,
        body="\n\n".join([subject, *lines, end]),
        language=lang,
        unsubscribe_url=f"{page_of(following, root)}/end",
    )


def report(store: Store, following: Following, root: str) -> Letter | None:
    """Return what needs a human at a publisher; None where nothing does."""
    lang = following.language
    lines = []
    for each in publisher_days.needing(store, following.followed):
        reasons = ", ".join(sentence(f"mail-needs-{code}", {}, lang) for code in each.reasons)
        said = {"title": _title(each.title, each.id, lang), "reasons": reasons}
        lines.append(f"{sentence('mail-needs', said, lang)}\n{root}/{lang}/datasets/{each.id}")
    open_ones = [*questions.waiting(store), *questions.unanswered(store)]
    ids = {one.dataset_id for one in open_ones}
    mine = {
        entry.id: entry
        for entry in datasets.by_ids(store, sorted(ids))
        if entry.dataset.publisher.id == following.followed
    }
    for entry in mine.values():
        count = sum(one.dataset_id == entry.id for one in open_ones)
        said = {"title": _title(entry.dataset.title, entry.id, lang), "count": str(count)}
        address = f"{root}/{lang}/datasets/{entry.id}/questions"
        lines.append(f"{sentence('mail-needs-answer', said, lang)}\n{address}")
    if not lines:
        return None
    subject = sentence("mail-needs-subject", {"publisher": following.followed}, lang)
    end = sentence("mail-digest-end", {"url": page_of(following, root)}, lang)
    page = f"{root}/{lang}/publishers/{following.followed}"
    return Letter(
        recipient=following.address,
        subject=subject,
        body="\n\n".join([subject, *lines, page, end]),
        language=lang,
        unsubscribe_url=f"{page_of(following, root)}/end",
    )


def confirmation(following: Following, root: str) -> Letter:
    """Return the letter that asks whether an address wants to follow."""
    lang, params = following.language, {"url": page_of(following, root)}
    return Letter(
        recipient=following.address,
        subject=sentence("mail-confirm-subject", {}, lang),
        body=sentence("mail-confirm", params, lang).replace("\n", "\n\n"),
        language=lang,
    )


def page_of(following: Following, root: str) -> str:
    """Return the address at which a following is confirmed and ended."""
    return f"{root}/{following.language}/follow/{following.token}"


def _line(entry: Entry, lang: str, root: str) -> str:
    # Of one that is withdrawn nothing is said but its id: its title may be why.
    title = entry.id if entry.is_withdrawn else _title(entry.dataset.title, entry.id, lang)
    if entry.is_withdrawn:
        told = sentence("mail-withdrawn", {"title": title}, lang)
        return f"{told}\n{root}/{lang}/datasets/{entry.id}"
    said = "mail-archived" if entry.is_archived else "mail-changed"
    told = sentence(said, {"title": title}, lang)
    return f"{told}\n{root}/{lang}/datasets/{entry.id}"


def _title(title: Text, otherwise: str, lang: str) -> str:
    return " ".join((nearest(title, lang)[0] or otherwise).split())
