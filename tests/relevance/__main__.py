"""Prints the figures: `python -m tests.relevance [--queries]`, the latter with each weak query."""

import sys
from collections.abc import Sequence
from statistics import fmean

from catalogue.records import LANGUAGES
from tests.relevance.judgements import queries
from tests.relevance.measures import Answer, answer, index_of, ndcg, overall, pairs
from tests.relevance.records import Catalogue, catalogue

_WEAK = 0.85


def main() -> None:
    """Measure and print."""
    held = catalogue()
    index = index_of(held)
    answers = [answer(index, query, len(held.entries)) for query in queries()]
    print(f"{len(held.entries)} records, {len(answers)} queries, nDCG@10")
    for half in ("all", "tuning", "held out"):
        table(half, [one for one in answers if half in ("all", one.query.half)], held)
    by_kind(answers)
    if "--queries" in sys.argv:
        weak(answers)


def table(title: str, answers: Sequence[Answer], held: Catalogue) -> None:
    """Print one half: rows are the language of the query, columns that of the data."""
    measured = pairs(answers, held)
    print(f"\n{title}: {len(answers)} queries\n          " + "".join(f"{d:>12}" for d in LANGUAGES))
    for q in LANGUAGES:
        cells = (f"{measured.means[q, d]:.3f} ({measured.counts[q, d]:>2})" for d in LANGUAGES)
        print(f"  {q} query" + "".join(f"{cell:>12}" for cell in cells))
    print(
        f"  one language {measured.same:.3f}, across {measured.across:.3f}, gap {measured.gap:.1%};"
        f" all in one list {overall(answers):.3f}"
    )


def by_kind(answers: Sequence[Answer]) -> None:
    """Print the figure of each kind of query, all languages in one list."""
    print()
    for kind in sorted({one.query.kind for one in answers}):
        scores = [ndcg(one.found, one.query.grades) for one in answers if one.query.kind == kind]
        print(f"  {kind:14}{fmean(scores):.3f} ({len(scores)})")


def weak(answers: Sequence[Answer]) -> None:
    """Print the queries of the tuning half that do poorly; the other half is not looked at."""
    for one in answers:
        grades = one.query.grades
        score = ndcg(one.found, grades)
        junk = sorted(one.query.never.intersection(one.found))
        if one.query.half == "tuning" and (score < _WEAK or junk):
            print(f"\n{score:.3f} {one.query.language} {one.query.text!r} never: {junk}")
            print("   found ", " ".join(f"{name}:{grades.get(name, 0)}" for name in one.found[:10]))
            print("   missed", " ".join(n for n in grades if n not in one.found))


main()
