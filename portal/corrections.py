"""Decides on what organisations say of themselves, and publishes what is accepted.

What is accepted becomes a row of a table of its own, `player_corrections`, published like every
other file: read, checked against the schema, kept as a version. A row there stands for the row of
the same id in the harvested table, which the next harvest may renew without undoing anything.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

from catalogue import players
from catalogue.errors import CatalogueError, Conflict
from catalogue.names import slug
from catalogue.network import EUROMETROPOLIS
from catalogue.players import Player
from catalogue.records import Dataset, Distribution, Side
from catalogue.store import Store, corrections, datasets, distributions, versions
from catalogue.store.corrections import Correction, Proposal, Status
from catalogue.store.distributions import DistributionState
from catalogue.store.leases import lease
from catalogue.store.versions import Slot
from catalogue.territory import places
from portal.ingest import File, mark_of, read_file
from portal.publishing import DISTRIBUTION_ID, SOURCE_ID
from portal.reading import Reader

_LEASE = "player-corrections"
_WAIT_S = 30.0
_COLUMNS = (
    "id", "name", "name_alt", "role", "hub", "municipality_code", "country", "competencies",
    "website", "source_url", "source_date", "note",
)  # fmt: skip

_TITLE = {
    "fr": "Corrections des acteurs du numérique",
    "nl": "Verbeteringen van de digitale spelers",
    "en": "Corrections of the digital players",
}
_DATASET = Dataset(
    source_id=SOURCE_ID,
    remote_id="eurometropolis/player-corrections",
    slug="player-corrections",
    title=_TITLE,
    description={
        "fr": "Ce que des organisations ont dit d’elles-mêmes et qu’un gestionnaire a vérifié. Une "
        "ligne remplace celle du même identifiant dans la table des acteurs.",
        "nl": "Wat organisaties over zichzelf zeggen en een beheerder heeft nagekeken. Een rij "
        "vervangt die met dezelfde id in de tabel van de spelers.",
        "en": "What organisations say of themselves, checked by a steward. A row stands for that "
        "of the same id in the table of players.",
    },
    publisher=EUROMETROPOLIS,
    licence="cc-by-4.0",
    themes=["ECON", "TECH"],
    languages=["fr", "nl", "en"],
    sides=[Side.FRANCE, Side.FLANDERS, Side.WALLONIA],
    distributions=[
        Distribution(
            remote_id=DISTRIBUTION_ID,
            url="",
            title=_TITLE,
            format="csv",
            table=players.CORRECTIONS,
            schema=players.SCHEMA,
        )
    ],
)


def accept(store: Store, number: int, *, by: str) -> str:
    """Publish a correction with all those accepted before; return the id of its player.

    It is published before it is marked: whoever is interrupted accepts it once more, and the same
    rows make no new version. Raises NotFound, Conflict where it is decided or another is being
    decided, CatalogueError where the rows do not pass their check; then nothing has changed.
    """
    with lease(store, _LEASE, wait_s=_WAIT_S):
        correction = corrections.get(store, number)
        if correction.status is not Status.PENDING:
            raise Conflict("correction-decided", number=number)
        listed = {player.id: player for player in players.players(store)}
        kept = {each.player_id: each for each in reversed(_accepted(store))}
        taken = {*listed, *(identifier for identifier in kept if identifier)}
        player_id = correction.player_id or slug(correction.proposal.name, taken=taken)
        kept[player_id] = correction
        _publish(store, (_row(key, each) for key, each in kept.items() if key))
        before = proposed(listed[player_id]) if player_id in listed else None
        corrections.decide(
            store, number, Status.ACCEPTED, by=by, player_id=player_id, before=before
        )
        return player_id


def decline(store: Store, number: int, *, by: str, reason: str) -> None:
    """Decline a correction. Raises NotFound, Conflict where it is decided already."""
    correction = corrections.get(store, number)
    before = current(store, correction)
    corrections.decide(
        store,
        number,
        Status.DECLINED,
        by=by,
        player_id=correction.player_id,
        before=before,
        reason=reason,
    )


def withdraw(store: Store, number: int, *, by: str, reason: str) -> None:
    """Take an accepted correction back: what stood there before stands again.

    Raises NotFound, Conflict where it is not accepted, CatalogueError where the rows that are left
    do not pass their check.
    """
    with lease(store, _LEASE, wait_s=_WAIT_S):
        correction = corrections.get(store, number)
        if correction.status is not Status.ACCEPTED:
            raise Conflict("correction-decided", number=number)
        left = reversed([each for each in _accepted(store) if each.id != number])
        kept = {each.player_id: each for each in left}
        _publish(store, (_row(key, each) for key, each in kept.items() if key))
        corrections.decide(
            store,
            number,
            Status.DECLINED,
            by=by,
            player_id=correction.player_id,
            before=correction.before,
            reason=reason,
            was=Status.ACCEPTED,
        )


def current(store: Store, correction: Correction) -> Proposal | None:
    """Return what stands in the table at this moment where a correction wants another thing."""
    for player in players.players(store):
        if player.id == correction.player_id:
            return proposed(player)
    return None


def proposed(player: Player) -> Proposal:
    """Return a player as one would propose it."""
    return Proposal(
        name=player.name,
        role=player.role,
        municipality_code=player.municipality_code,
        source_url=player.source_url,
        other_names=player.other_names,
        hub=player.hub,
        competencies=player.competencies,
        website=player.website,
        note=player.note,
    )


def _accepted(store: Store) -> list[Correction]:
    """Return every accepted correction, newest first."""
    return corrections.listed(store, Status.ACCEPTED)


def _row(player_id: str, correction: Correction) -> list[str]:
    proposal = correction.proposal
    place = places().get(proposal.municipality_code)
    return [
        player_id, proposal.name, "|".join(proposal.other_names), proposal.role, proposal.hub or "",
        proposal.municipality_code, (place.country if place else None) or "",
        "|".join(proposal.competencies), proposal.website or "", proposal.source_url,
        correction.created_at[:10], proposal.note or "",
    ]  # fmt: skip


def _publish(store: Store, rows: Iterable[list[str]]) -> None:
    file = _received(store, rows)
    with Reader(store.objects.scratch()) as reader:
        parts = read_file(store, reader, file, kept={}).parts
    prepared = parts[0].prepared if len(parts) == 1 else None
    if prepared is None:
        raise CatalogueError("corrections-refused")
    part = parts[0]
    dataset_id, _ = datasets.save(store, _DATASET)
    name = versions.table_for(
        store,
        Slot(dataset_id=dataset_id, distribution_id=DISTRIBUTION_ID, part=part.name),
        proposed_name=players.CORRECTIONS,
        title=_TITLE,
        schema_name=players.SCHEMA,
        types={},
    )
    if name != players.CORRECTIONS:  # another dataset has the name by which pages find the table
        Path(prepared.file).unlink()
        raise Conflict("corrections-name-taken", table=players.CORRECTIONS)
    versions.publish(
        store,
        name,
        prepared,
        raw_sha256=file.raw_sha256,
        schema=part.schema,
        recipe=part.recipe,
        report=part.report,
    )
    state = DistributionState(
        url="", raw_sha256=file.raw_sha256, filename=file.filename, ingested=mark_of(file)
    )
    distributions.remember(store, dataset_id, DISTRIBUTION_ID, state)


def _received(store: Store, rows: Iterable[list[str]]) -> File:
    with NamedTemporaryFile(
        "w+", dir=store.objects.scratch(), suffix=".csv", encoding="utf-8", newline=""
    ) as scratch:
        writer = csv.writer(scratch)
        writer.writerow(_COLUMNS)
        writer.writerows(rows)
        scratch.flush()
        with Path(scratch.name).open("rb") as stream:
            sha256 = store.objects.copy_raw(stream)
    return File(
        distribution=_DATASET.distributions[0],
        raw_sha256=sha256,
        filename=f"{players.CORRECTIONS}.csv",
    )
