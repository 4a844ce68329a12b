"""Shows how far a run is: a moving bar on a terminal, plain lines elsewhere."""

import sys
import time
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from portal.cli.options import language
from portal.messages import sentence

_PLAIN_EVERY_S = 5.0


class TerminalProgress:
    """The progress of one run, on standard error."""

    def __init__(self, source_id: str, *, is_quiet: bool = False) -> None:
        self._source_id = source_id
        self._is_quiet = is_quiet
        self._bars: dict[str, TaskID] = {}
        self._said: dict[str, float] = {}
        self._unsaid: tuple[str, str, str] | None = None
        self._rich: Progress | None = None
        if not is_quiet and sys.stderr.isatty():
            self._rich = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                console=Console(stderr=True),
            )

    def __enter__(self) -> Self:
        if self._rich is not None:
            self._rich.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._rich is not None:
            self._rich.stop()
        self._say_last()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Show that `done` of `total` are done."""
        if self._is_quiet:
            return
        text = sentence(f"progress-{stage}", {"source": self._source_id}, language())
        if self._rich is not None:
            if stage not in self._bars:
                self._bars[stage] = self._rich.add_task(text, total=total)
            self._rich.update(self._bars[stage], completed=done, total=total)
            return
        if self._unsaid is not None and self._unsaid[0] != stage:
            self._say_last()
        self._unsaid = (stage, text, f"{done}" if total is None else f"{done}/{total}")
        if done == total or time.monotonic() - self._said.get(stage, 0.0) > _PLAIN_EVERY_S:
            self._said[stage] = time.monotonic()
            self._say_last()

    def _say_last(self) -> None:
        """Say in a line how far the last stage came, unless that is said."""
        if self._unsaid is not None:
            _, text, count = self._unsaid
            self._unsaid = None
            line = sentence("progress-count", {"text": text, "count": count}, language())
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()
