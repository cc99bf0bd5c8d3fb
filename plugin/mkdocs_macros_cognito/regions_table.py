"""The table of OIDC URLs: every Region with user pools, in the groups that readers look in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import groupby
from pathlib import Path

FILE = Path(__file__).with_name("regions.json")
DISCOVERY = "/.well-known/openid-configuration"


def regions() -> Mapping[str, Mapping[str, str]]:
    """Return the properties of every Region, by its code, grouped by geography.

    Read at each call, so that `mkdocs serve` shows a change; only a page with the table calls it.
    """
    by_code: dict[str, dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return by_code


def table(value_of: Callable[..., str]) -> str:
    """Return Markdown: links to every Region, then a heading and a table for each geography.

    `value_of(name, region=…)` gives the guide's values as they are in that Region.
    """
    groups = [
        (geography, dict(members))
        for geography, members in groupby(regions().items(), lambda item: item[1]["geography"])
    ]
    out = []
    for geography, members in groups:
        links = " ".join(
            f'[`{code}`](#{code} "{region["name"]}")' for code, region in sorted(members.items())
        )
        out += [f"**{geography}:** {links}", "{ .jump }", ""]
    for geography, members in groups:
        notes = sorted({region["issuer_note"] for region in members.values()})
        out += [
            f"## {geography}",
            "",
            *notes,
            "",
            "| Region | OIDC URL | Open |",
            "| --- | --- | --- |",
        ]
        out += [_row(code, region, value_of) for code, region in members.items()]
        out.append("")
    return "\n".join(out)


def _row(code: str, region: Mapping[str, str], value_of: Callable[..., str]) -> str:
    oidc_url = value_of("oidc_url", region=code)
    console_url = value_of("console_url", region=code)
    return (
        f"| **{region['name']}** <br>[`{code}`](#{code})"
        f'{{ #{code} data-live-is="region={code}" }} |'
        f" `{oidc_url}` |"
        f" [discovery]({oidc_url}{DISCOVERY}) [console]({console_url}) |"
    )
