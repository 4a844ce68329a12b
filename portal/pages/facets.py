"""The facets beside a list: each value a link that adds or takes away a filter."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from portal.pages.addresses import with_value, without_value


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value of a facet, and the address that toggles it."""

    value: str
    label: str
    count: int
    is_chosen: bool
    address: str


class Facet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A facet with its values, the most frequent first."""

    name: str
    title: str
    choices: list[Choice]

    @property
    def chosen(self) -> list[Choice]:
        """Return the values that are chosen."""
        return [choice for choice in self.choices if choice.is_chosen]


def facet_of(
    name: str,
    title: str,
    counts: Mapping[str, int],
    chosen: Sequence[str],
    label: Callable[[str], str],
) -> Facet:
    """Return a facet; a chosen value stays visible even where nothing has it any more."""
    values = {**dict.fromkeys(chosen, 0), **counts}
    choices = [
        Choice(
            value=value,
            label=str(label(value)),
            count=count,
            is_chosen=value in chosen,
            address=without_value(name, value) if value in chosen else with_value(name, value),
        )
        for value, count in values.items()
    ]
    return Facet(
        name=name,
        title=title,
        choices=sorted(choices, key=lambda each: (-each.count, each.label)),
    )
