"""Advice for commands that fail as many do: they serve, ask somebody, or need another host."""

from __future__ import annotations

import re

_OTHER_HOST = (
    r"127\.0\.0\.1(?: port |:)9\b|stay on this machine|[Cc]onnection refused|ECONNREFUSED"
    r"|[Nn]ame resolution|Could not resolve|getaddrinfo|[Nn]etwork is unreachable"
    r"|No matching distribution"
)
_ADVICE = {
    r"took longer than": "if the command serves or watches, end it with `&`",
    r"EOFError|unsettled top-level await": "nobody answers: pipe the input into the command",
    _OTHER_HOST: "if it needs another host, which no block can reach, serve what it needs in"
    " `runbook_world`, or exempt the block",
}


def advice(*texts: str) -> str:
    """Return what would do if a command fails with these messages; empty if that is unknown."""
    return next(
        (fix for sign, fix in _ADVICE.items() if any(re.search(sign, text) for text in texts)), ""
    )
