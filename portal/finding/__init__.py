"""What a search finds beside datasets: municipalities, digital players, meetings, columns, and
values of small tables.
"""

from portal.finding.search import KINDS, MAX_SHOWN, beside, of_kind
from portal.finding.things import Group, Thing

__all__ = ["KINDS", "MAX_SHOWN", "Group", "Thing", "beside", "of_kind"]
