"""Runs the command as `python -m portal.cli`, as its own child processes are started."""

from portal.cli import main

main(prog_name="eurometropolis")
