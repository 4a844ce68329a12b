"""Webhooks: addresses of users that are told, signed, what changes in the catalogue."""
