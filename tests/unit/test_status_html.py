"""The status of a block, as its page says it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from markdown import Markdown

from mkdocs_macros_runbook.record.record import VERIFIED, Run, WalkthroughKey
from mkdocs_macros_runbook.record.status import Status
from mkdocs_macros_runbook.rendering.current_page import CurrentPage
from mkdocs_macros_runbook.rendering.report.block_status import with_statuses
from mkdocs_macros_runbook.values.declaration import DEFAULT, Declaration
from mkdocs_macros_runbook.values.resolution import resolve


def test_a_value_set_that_the_site_no_longer_has_is_not_in_the_sentence() -> None:
    assert "against a server.</p>" in html_of_status("bern")
    assert "against a server, with the value set default.</p>" in html_of_status(DEFAULT)


def html_of_status(value_set: str) -> str:
    """Return the HTML of the status of a block that was verified with `value_set`."""
    when = "2026-11-26T10:00:00Z"
    status = Status(VERIFIED, when=when, runs=((WalkthroughKey("a.md", "", value_set), Run(when)),))
    declaration = Declaration({}, {}, lambda _: "", value_sets={DEFAULT: {}}, against="a server")
    guide: Any = SimpleNamespace(
        values=resolve(declaration, {}),
        site_record=SimpleNamespace(statuses=lambda *_: [status]),
    )
    source: Any = SimpleNamespace(path="a.md", name="docs/a.md")
    page = CurrentPage(guide)
    with_statuses("```text\na\n```", page, guide, source, Markdown())
    return "".join(page.entry_by_letter.values())
