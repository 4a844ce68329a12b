"""The differential suite: frictionless 5.21 and tablecheck judge the same bytes, and must agree.

    python -m tests.tablecheck.differential [--minutes N] [--seed S] [--only PART]

Each part makes cases: `planted` files whose errors are known, `corpus` (every CSV at hand under
mutated schemas), `fuzz` (made CSVs of any layout), `streamed` (the same as files too large to
hold), `schemas` and `dialects` (the same, described wrongly), `cells` (mutated texts of each type),
`splits` (blocks that end at every byte) and `metamorphic` (changes that must change nothing).
`share` tells how much was proven without frictionless. `docs/tablecheck-divergences.md` lists
where the two are meant to part; there is no other place.
"""
