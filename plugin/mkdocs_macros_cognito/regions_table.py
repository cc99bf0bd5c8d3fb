"""The table of OIDC URLs: every Region with user pools, in the groups that readers look in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("regions.json")
DISCOVERY = "/.well-known/openid-configuration"


@cache
def regions() -> Mapping[str, Mapping[str, str]]:
    """Return the facts of every Region, by its code, grouped by geography."""
    facts: dict[str, dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return facts


def table(value_of: Callable[..., str]) -> str:
    """Return Markdown with a heading for each geography and a row for each Region.

    `value_of(name, region=…)` gives the guide's values as they are in that Region.
    """
    out: list[str] = []
    for geography, members in groupby(regions().items(), lambda item: item[1]["geography"]):
        rows = list(members)
        out += [f"## {geography}", ""]
        notes = {facts["issuer_note"] for _, facts in rows}
        out += [*sorted(notes), ""]
        out += ["| Region | OIDC URL | Open |", "| --- | --- | --- |"]
        out += [_row(code, facts, value_of) for code, facts in rows]
        out.append("")
    return "\n".join(out)


def _row(code: str, facts: Mapping[str, str], value_of: Callable[..., Any]) -> str:
    oidc_url = value_of("oidc_url", region=code)
    console_url = value_of("console_url", region=code)
    return (
        f"| **{facts['name']}**<br>[`{code}`](#{code}){{ #{code} }} | `{oidc_url}` |"
        f" [discovery]({oidc_url}{DISCOVERY}) [console]({console_url}) |"
    )
