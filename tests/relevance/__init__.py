"""How well search ranks: a fixed catalogue, judged queries, and nDCG@10 by pair of languages.

`python -m tests.relevance` prints the figures. `docs/relevance.md` tells how they are made and how
to add a query: the judgement comes from what a reader wants, before anybody looks at what is found.
"""
