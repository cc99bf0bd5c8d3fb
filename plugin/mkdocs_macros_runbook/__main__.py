"""The commands: `check`, `assets` and `merge`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .check_command import problems_of
from .live.assets import copy_to
from .record.record_file import merge_files


def main(argv: list[str] | None = None) -> int:
    """Run one command; return 0, or 1 where the guide has problems."""
    purpose = "Check a guide, copy the client script into it, or merge verification records."
    parser = ArgumentParser(prog="python -m mkdocs_macros_runbook", description=purpose)
    package = "mkdocs-macros-runbook"
    parser.add_argument("--version", action="version", version=f"{package} {version(package)}")
    commands = parser.add_subparsers(required=True)
    _add_check(commands)
    _add_assets(commands)
    _add_merge(commands)
    arguments = parser.parse_args(argv)
    status: int = arguments.run(arguments)
    return status


def _add_check(commands: Any) -> None:
    command = commands.add_parser(
        "check",
        help="find every problem in mkdocs.yml, the environment and the pages",
        description="Report each problem of a guide in one line: place, problem and fix. Writes"
        " nothing. Exits with 1 if there is a problem.",
    )
    command.add_argument(
        "-f",
        "--config-file",
        type=Path,
        default=Path("mkdocs.yml"),
        help="the guide's configuration (default: %(default)s)",
    )

    def run(arguments: Namespace) -> int:
        file: Path = arguments.config_file
        if not file.is_file() and file == Path("mkdocs.yml"):
            file = file.with_suffix(".yaml")  # as MkDocs does
        if file.suffix == ".toml" or (not file.is_file() and Path("zensical.toml").is_file()):
            command.error("zensical.toml cannot be checked; write the configuration as mkdocs.yml")
        if not file.is_file():
            command.error(f"there is no {arguments.config_file}; name the file with --config-file")
        problems = dict.fromkeys(problems_of(file))
        for problem in problems:
            print(problem, file=sys.stderr)
        return 1 if problems else 0

    command.set_defaults(run=run)


def _add_assets(commands: Any) -> None:
    command = commands.add_parser(
        "assets",
        help="copy the client script and its style sheet into a site",
        description="Copy this version's live.js and live.css into a folder of a site's pages."
        " Name them under extra_javascript and extra_css.",
    )
    command.add_argument("folder", type=Path, help="folder for the two files, such as docs/assets")

    def run(arguments: Namespace) -> int:
        try:
            print(*copy_to(arguments.folder), sep="\n")
        except OSError as error:
            command.error(f"{arguments.folder} cannot be written ({error.strerror})")
        return 0

    command.set_defaults(run=run)


def _add_merge(commands: Any) -> None:
    command = commands.add_parser(
        "merge",
        help="merge verification records",
        description="Add the records of other runs to a verification record. Of two results of a"
        " block, the later counts.",
    )
    command.add_argument("into", type=Path, help="record to write, such as docs/verification.json")
    command.add_argument("records", type=Path, nargs="+", help="records to add")

    def run(arguments: Namespace) -> int:
        try:
            merge_files(arguments.into, arguments.records)
        except (OSError, ValueError) as error:
            command.error(str(error))
        return 0

    command.set_defaults(run=run)


if __name__ == "__main__":
    raise SystemExit(main())
