"""The page Troubleshooting: symptoms of a failing sign-in, each with cause, check and fix.

The rows are data, in a YAML file beside the page, so that pages and programs read the same rows.
The file is a template like a page: it has the guide's values in it, and code blocks are verified.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from jinja2 import pass_context
from jinja2.runtime import Context

FILE = "troubleshooting.yml"  # in the folder of the pages
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Row = dict[str, Any]
_PARTS = ("cause", "check", "fix")


def rows_of(text: str) -> list[Row]:
    """Return the rows of a YAML file; their texts are Markdown."""
    rows: list[Row] = yaml.load(text, _LOADER)  # noqa: S506 - a safe loader
    return rows


@pass_context
def symptom_table(context: Context) -> str:
    """Return a table of all symptoms, in Markdown: where each is seen, and its section."""
    lines = ["| Where you see it | Message or symptom | Section |", "| --- | --- | --- |"]
    for row in _rows(context):
        link = f"[{row['short']}](#{row['id']})"
        lines += [
            f"| {symptom['where']} | {symptom['text']} | {link} |" for symptom in row["symptoms"]
        ]
    return "\n".join(lines)


@pass_context
def symptoms(context: Context, stage: str) -> str:
    """Return a section for each symptom of a stage of sign-in, in Markdown."""
    rows = [row for row in _rows(context) if row["stage"] == stage]
    if not rows:
        raise LookupError(f"{FILE}: no row has the stage {stage!r}")
    return "\n".join(line for row in rows for line in _section(row))


@pass_context
def unseen_symptoms(context: Context) -> str:
    """Return a list of the symptoms whose cause no script can see, and why, in Markdown."""
    rows = (row for row in _rows(context) if "unseen" in row)
    return "\n".join(f"- [{row['short']}](#{row['id']}): {row['unseen']}" for row in rows)


def _rows(context: Context) -> list[Row]:
    template = context.environment.get_template(FILE)
    return rows_of(template.render(context.get_all()))


def _section(row: Row) -> Iterator[str]:
    yield f"### {row['title']} {{ #{row['id']} }}\n"
    if "intro" in row:
        yield f"{row['intro']}\n"
    for part in _PARTS:
        first, *rest = row[part].rstrip("\n").split("\n")
        yield f"{part.capitalize()}\n:   {first}"
        yield from (f"    {line}" if line else "" for line in rest)
        yield ""
    if "more" in row:
        yield f"{row['more']}\n"
