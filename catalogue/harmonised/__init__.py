"""Puts tables of many sources into one: what a declaration says of them, and the table it makes.

A declaration is a file of `data/harmonised`; `docs/adding-a-harmonised-table.md` tells what stands
in it. Nothing here knows a topic, and nothing here touches the store.
"""
