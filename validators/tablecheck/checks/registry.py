"""Every check there is: each file of this folder that holds one, and those of other packages.

A package of others adds checks by the entry-point group `tablecheck.checks`, each entry a Check.
"""

import pkgutil
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from tablecheck import checks
from tablecheck.checks.check import Check

GROUP = "tablecheck.checks"


@cache
def own_checks() -> dict[str, Check]:
    """Give the checks of this package by name, in the order of the alphabet."""
    found: dict[str, Check] = {}
    for module in pkgutil.iter_modules(checks.__path__):
        holder = import_module(f"{checks.__name__}.{module.name}")
        for check in getattr(holder, "CHECKS", ()):
            if check.name in found:
                raise ValueError(f"two checks are called {check.name!r}")
            found[check.name] = check
    return dict(sorted(found.items()))


@cache
def known_checks() -> dict[str, Check]:
    """Give every check by name; one of ours keeps its name against one of others."""
    others = [entry.load() for entry in entry_points(group=GROUP)]
    return {**{check.name: check for check in others if isinstance(check, Check)}, **own_checks()}


@cache
def _names() -> dict[str, str]:
    aliases = {alias: check.name for check in known_checks().values() for alias in check.aliases}
    return {**aliases, **{name: name for name in known_checks()}}


def find(name: str) -> Check | None:
    """Find a check as a schema names it; French schemas write `_` and `-` alike."""
    found = _names().get(name.strip().lower().replace("_", "-"))
    return None if found is None else known_checks()[found]
