"""What of a draft is for everybody: how many errors of which rule in which column, and no value of
the file.

A file may have been refused because it holds what nobody should read: its values, in findings and
in the reasons for its types, are for stewards.
"""

import msgspec

from catalogue.records import Draft
from portal.accounts.rights import caller
from portal.accounts.roles import Role, Scope

_VALUES_OF_REPORT = ("findings", "slow_reasons", "column_hints")
_VALUES_OF_RECIPE = ("inferred", "skipped_lines")


def may_see_values() -> bool:
    """Tell whether the caller may read the values of a refused file: a steward, or a token of hers
    for publishing.
    """
    asking = caller()
    is_steward = asking.role is not None and asking.role.holds(Role.STEWARD)
    return is_steward and (asking.scopes is None or Scope.PUBLISH in asking.scopes)


def public_draft(draft: Draft) -> Draft:
    """Return a draft without any value of its file."""
    return msgspec.structs.replace(
        draft,
        report={key: value for key, value in draft.report.items() if key not in _VALUES_OF_REPORT},
        recipe={key: value for key, value in draft.recipe.items() if key not in _VALUES_OF_RECIPE},
    )


def shown_drafts(drafts: list[Draft]) -> list[Draft]:
    """Return drafts as the caller may see them."""
    if not drafts or may_see_values():
        return drafts
    return [public_draft(draft) for draft in drafts]
