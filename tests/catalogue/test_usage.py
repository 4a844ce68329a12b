"""Counts of uses, on each engine."""

from catalogue.store import Store, usage
from catalogue.store.usage import Counted, Kind, Use


def test_uses_add_up_by_day_and_in_all(store: Store) -> None:
    usage.add(store, {Use(Kind.VIEW, "velos", "2026-10-01"): 2, Use(Kind.QUERY, "velos", "x"): 9})
    usage.add(
        store, {Use(Kind.VIEW, "velos", "2026-10-01"): 1, Use(Kind.VIEW, "velos", "2026-11-01"): 4}
    )
    found = usage.of(store, Kind.VIEW, ["velos", "parcs"], since="2026-10-15")
    assert found == {"velos": Counted(total=7, recent=4)}
    days = usage.by_day(store, Kind.VIEW, ["velos", "parcs"], since="2026-01-01")
    assert days == {"2026-10-01": 3, "2026-11-01": 4}


def test_many_names_are_asked_in_several_statements(store: Store) -> None:
    names = [f"table_{number}" for number in range(1_200)]
    usage.add(store, {Use(Kind.DOWNLOAD, name, "2026-11-01"): 1 for name in names})
    assert len(usage.of(store, Kind.DOWNLOAD, names, since="2026-11-01")) == 1_200
