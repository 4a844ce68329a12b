"""Run the suite for as long as asked, and say what was judged and what differed."""

import sys
import time
from collections.abc import Callable

import click

from tests.tablecheck.differential import corpus, metamorphic, planted, shares, splits
from tests.tablecheck.differential.broken import broken, broken_dialects
from tests.tablecheck.differential.cells import judge_cells
from tests.tablecheck.differential.fields import FAMILIES
from tests.tablecheck.differential.fuzz import fuzzed
from tests.tablecheck.differential.runs import Run

PARTS = (
    "planted",
    "corpus",
    "fuzz",
    "streamed",
    "schemas",
    "dialects",
    "cells",
    "splits",
    "metamorphic",
    "share",
)


@click.command()
@click.option("--minutes", type=float, default=60.0, help="Stop after so long.")
@click.option("--seed", type=int, default=0, help="Another seed, other cases.")
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Parts to run; all if none.")
@click.option("--files", type=int, default=10_000, help="Fuzzed CSVs.")
@click.option("--cells", type=int, default=100_000, help="Mutated cells of each type.")
@click.option("--mutations", type=int, default=20, help="Mutated schemas of each file.")
def main(
    minutes: float, seed: int, only: tuple[str, ...], files: int, cells: int, mutations: int
) -> None:
    """Compare frictionless and tablecheck.

    The exit code is 1 where they differ, or where too little is proven.
    """
    until = time.monotonic() + 60 * minutes
    numbers = range(seed * files, (seed + 1) * files)
    steps: dict[str, Callable[[Run], None]] = {
        "planted": lambda run: run.judge_all(iter(planted.cases())),
        "metamorphic": lambda run: run.judge_all(metamorphic.cases(seed)),
        "splits": lambda run: run.judge_all(splits.cases()),
        "corpus": lambda run: run.judge_all(corpus.cases(first_seed=seed, per_file=mutations)),
        "fuzz": lambda run: run.judge_all(map(fuzzed, numbers)),
        "streamed": lambda run: run.judge_all(splits.streamed(numbers)),
    }
    steps["schemas"] = lambda run: run.judge_all(broken(numbers))
    steps["dialects"] = lambda run: run.judge_all(broken_dialects(numbers))
    for type_ in FAMILIES:
        steps[f"cells {type_}"] = _cells(type_, cells, seed)
    differed = False
    for name, step in steps.items():
        if not only or name.split()[0] in only:
            differed = _part(name, step, until) or differed
    if not only or "share" in only:
        differed = _tell_share() or differed
    sys.exit(1 if differed else 0)


def _tell_share() -> bool:
    """Say how much the fast path proves; True where that is below its floor."""
    files = shares.share_of_files(max_bytes=300_000)
    click.echo(f"share proven of files at hand: {files.proven:.1%} of {files.cells:,} cells")
    click.echo("share proven of a column of right cells, by type:")
    for column in (*shares.COLUMNS, *shares.LEFT_TO_FRICTIONLESS):
        click.echo(f"  {shares.share_of_column(column).proven:7.1%} {column.name}")
    below = list(shares.below_floor(files))
    for one in below:
        click.echo(f"below its floor: {one}")
    return bool(below)


def _cells(type_: str, count: int, seed: int) -> Callable[[Run], None]:
    return lambda run: judge_cells(type_, run, count=count, first_seed=1_000 * seed)


def _part(name: str, step: Callable[[Run], None], until: float) -> bool:
    run, began = Run(until=until), time.process_time()
    step(run)
    cells = f", {run.cell_count:,} cells" if run.cell_count else ""
    over = " (the time is over)" if run.is_over() else ""
    click.echo(
        f"{name}: {run.case_count:,} tables{cells}, {run.difference_count} differ,"
        f" {time.process_time() - began:.0f} CPU s{over}"
    )
    for found in run.differences[:5]:
        click.echo(str(found))
    return run.difference_count > 0


if __name__ == "__main__":
    main()
