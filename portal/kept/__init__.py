"""Answers that are given again: the same bytes to everyone who asks the same, for as long as the
catalogue stays as it is.

Kept are pages and readings of the API that depend on the catalogue alone. An answer that is found
here costs neither a thread nor the application: the event loop of the server gives it. The uses
that it makes count as ever.
"""

from portal.kept.answers import Kept, KeptAnswers
from portal.kept.keeping import forget, init_app, kept_answers

__all__ = ["Kept", "KeptAnswers", "forget", "init_app", "kept_answers"]
