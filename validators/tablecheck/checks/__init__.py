"""Checks of this territory: what a schema asks for under `custom_checks`, one file each."""
