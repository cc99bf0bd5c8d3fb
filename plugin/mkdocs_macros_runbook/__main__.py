"""The command line: `python -m mkdocs_macros_runbook check`, `assets` or `merge`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .check import problems_of
from .live.assets import copy_to
from .record.merge import merge


def main(argv: list[str] | None = None) -> int:
    """Run one command; return 0, or 1 where the guide has problems."""
    parser = argparse.ArgumentParser(prog="python -m mkdocs_macros_runbook", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser(
        "check",
        help="find every problem in mkdocs.yml, the environment and the pages",
        description="Say each problem of a guide in one line: where it is, what was found, what"
        " would do. Writes nothing. Exits with 1 where there is a problem.",
    )
    check.add_argument(
        "-f",
        "--config-file",
        type=Path,
        default=Path("mkdocs.yml"),
        help="the guide's configuration (default: %(default)s)",
    )
    assets = commands.add_parser(
        "assets",
        help="copy the reader's script and its style into a site",
        description="Copy live.js and live.css into a folder of a site's pages, as they belong to"
        " this version. Name them under extra_javascript and extra_css.",
    )
    assets.add_argument("folder", type=Path, help="docs/assets, for example")
    merging = commands.add_parser(
        "merge",
        help="merge verification records",
        description="Add the records of other runs to a verification record. Of two results of a"
        " block, the later counts.",
    )
    merging.add_argument("into", type=Path, help="docs/verification.json, for example")
    merging.add_argument("records", type=Path, nargs="+")
    arguments = parser.parse_args(argv)
    if arguments.command == "merge":
        try:
            merge(arguments.into, arguments.records)
        except (OSError, ValueError) as error:
            merging.error(str(error))
        return 0
    if arguments.command == "assets":
        try:
            copied = copy_to(arguments.folder)
        except OSError as error:
            assets.error(f"{arguments.folder} cannot be written ({error.strerror})")
        print(*copied, sep="\n")
        return 0
    file: Path = arguments.config_file
    if not file.is_file() and file == Path("mkdocs.yml"):
        file = file.with_suffix(".yaml")  # as MkDocs does
    if file.suffix == ".toml" or (not file.is_file() and Path("zensical.toml").is_file()):
        check.error("zensical.toml cannot be checked; write the configuration as mkdocs.yml")
    if not file.is_file():
        check.error(f"there is no {arguments.config_file}; name the guide's with --config-file")
    problems = list(dict.fromkeys(problems_of(file)))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
