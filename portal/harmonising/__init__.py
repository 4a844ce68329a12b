"""Harmonised tables: made of the tables in the store, and made anew when one of these changes."""

from portal.harmonising.refreshing import SOURCE_ID, Outcome, refresh, refresh_quietly

__all__ = ["SOURCE_ID", "Outcome", "refresh", "refresh_quietly"]
