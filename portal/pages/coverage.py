"""The sides of the border that the data of a dataset cover, told apart from whose they are."""

from catalogue.records import Entry, Side
from catalogue.territory import place_of


def covered_sides(entry: Entry) -> list[Side]:
    """Return the sides that the source states, else those of the places covered, else that of the
    publisher.
    """
    dataset = entry.dataset
    if dataset.sides:
        return list(dict.fromkeys(dataset.sides))
    places = (place_of(code) for code in dataset.spatial)
    if found := {Side(place.side) for place in places if place is not None and place.side}:
        return [side for side in Side if side in found]
    return [dataset.publisher.side] if dataset.publisher.side else []
