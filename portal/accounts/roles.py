"""Roles of people, each holding those below it, and scopes of tokens."""

from enum import StrEnum

from portal.accounts.errors import Unfit


class Role(StrEnum):
    """What a user may do; each role may do all that the ones before it may."""

    VIEWER = "viewer"
    DEVELOPER = "developer"
    STEWARD = "steward"
    ADMIN = "admin"

    def holds(self, other: "Role") -> bool:
        """Tell whether this role may do what `other` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Scope(StrEnum):
    """What a token may be used for; never more than its user's role allows."""

    READ = "read"
    SQL = "sql"
    PUBLISH = "publish"
    HARVEST = "harvest"
    ADMIN = "admin"


LEAST_ROLE = {
    Scope.READ: Role.VIEWER,
    Scope.SQL: Role.VIEWER,
    Scope.PUBLISH: Role.STEWARD,
    Scope.HARVEST: Role.STEWARD,
    Scope.ADMIN: Role.ADMIN,
}


def scope_named(name: str) -> Scope:
    """Return a scope. Raises Unfit."""
    if name not in list(Scope):
        raise Unfit("scope-unknown", scope=name, allowed=list(Scope))
    return Scope(name)
