"""Measures the DCAT feed of 10,000 generated datasets, page by page, beside rdflib's serialisation.

    python -m tests.benchmarks.dcat_feed [COUNT]

CPU seconds of this process. rdflib is given the same statements, of one page in ten: once the time
to take them in and write them, once the time to write alone.
"""

import os
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import TypeVar

import rdflib

from catalogue.dcat.description import Place
from catalogue.dcat.feed import PAGE_SIZE, Paging, page
from catalogue.dcat.terms import Graph, Iri, Term, expanded
from catalogue.dcat.writing import WRITERS
from tests.benchmarks.search_index import Generator

ROOT = "https://data.example"
PLACE = Place(ROOT, lambda _: ["csv"], {"csv": "text/csv"}, lambda *_: None)
THEIRS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}
T = TypeVar("T")


def cpu(work: Callable[[], T]) -> tuple[float, T]:
    """Return the CPU seconds of some work, and what it made."""
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def of_rdflib(graph: Graph) -> rdflib.Graph:
    """Give the statements to rdflib."""
    theirs = rdflib.Graph()
    for subject, properties in graph.subjects.items():
        for name, values in properties.items():
            for value in values:
                theirs.add((rdflib.URIRef(subject), rdflib.URIRef(expanded(name)), _term(value)))
    return theirs


def _term(value: Term) -> rdflib.term.Node:
    if isinstance(value, Iri):
        return rdflib.URIRef(value.value)
    datatype = expanded(value.datatype) if value.datatype else None
    return rdflib.Literal(value.value, lang=value.lang, datatype=datatype)


def measure(count: int) -> list[str]:
    """Return the lines of a table."""
    last = count // PAGE_SIZE
    generator = Generator()
    told: list[float] = []
    ours: dict[str, list[float]] = {form: [] for form in WRITERS}
    beside: dict[str, list[float]] = {form: [] for form in WRITERS}
    theirs: dict[str, list[float]] = {form: [] for form in WRITERS}
    taken: list[float] = []
    size = 0
    for number in range(1, last + 1):
        entries = list(generator.entries(PAGE_SIZE))
        paging = Paging(number, last, count, "ttl")
        seconds, feed = cpu(lambda e=entries, p=paging: page(e, p, PLACE))  # type: ignore[misc]  # bound in its round
        told.append(seconds)
        for form, (write, _) in WRITERS.items():
            seconds, text = cpu(lambda w=write, g=feed.graph: w(g))  # type: ignore[misc]  # as above
            ours[form].append(seconds)
            size += len(text) if form == "ttl" else 0
            if number % 10 == 1:
                beside[form].append(seconds)
        if number % 10 == 1:
            seconds, graph = cpu(lambda g=feed.graph: of_rdflib(g))  # type: ignore[misc]  # as above
            taken.append(seconds)
            for form, kind in THEIRS.items():
                seconds, _ = cpu(lambda g=graph, k=kind: g.serialize(format=k))  # type: ignore[misc]  # as above
                theirs[form].append(seconds)
    lines = [
        f"{count} datasets, {last} pages, {size / 1e6:.1f} MB of Turtle",
        f"load {os.getloadavg()[0]:.1f}",
        f"statements: {sum(told):.2f} s in all, {median(told) * 1000:.1f} ms a page",
        f"rdflib takes a page in: {median(taken) * 1000:.1f} ms",
    ]
    for form in WRITERS:
        own, other = median(beside[form]), median(theirs[form])
        lines.append(
            f"{form}: {sum(ours[form]):.2f} s in all, {median(ours[form]) * 1000:.1f} ms a page;"
            f" rdflib {other * 1000:.1f} ms: {other / own:.0f} times,"
            f" {(other + median(taken)) / own:.0f} with taking in"
        )
    return lines


if __name__ == "__main__":
    print("\n".join(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)))
