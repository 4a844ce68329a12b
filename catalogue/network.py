"""The Eurometropolis as the publisher of what is made here rather than harvested."""

from catalogue.records import Publisher, Side

EUROMETROPOLIS = Publisher(
    id="eurometropolis",
    title={
        "fr": "Eurométropole Lille-Kortrijk-Tournai",
        "nl": "Eurometropool Lille-Kortrijk-Tournai",
        "en": "Eurometropolis Lille-Kortrijk-Tournai",
    },
    side=Side.CROSS_BORDER,
    url="https://www.eurometropolis.eu",
)
