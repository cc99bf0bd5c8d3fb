"""The form's place in the HTML of a page, and the script before it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from mkdocs_macros_runbook.rendering.elements.form import PLACE, with_form
from mkdocs_macros_runbook.rendering.guide import Guide

# what is taken of a guide: data alone
GUIDE = cast(Guide, SimpleNamespace(form="{}", examples=frozenset(), has_plain_titles=False))
FORM = '<div class="live" data-live-form="{}"></div>'


@pytest.mark.parametrize(
    "title", ["One", "One <!-- it was <h1>Two</h1> -->", '<span title="&lt;h1&gt;">One</span>']
)
def test_the_script_is_the_first_thing_in_the_title(title: str) -> None:
    start = '<h1 id="one" title="a&gt;b">'
    html = with_form(f"{start}{title}</h1>\n{PLACE}\n<p>Text.</p>", GUIDE, [])
    assert html.startswith(f"{start}<script>")
    assert html.endswith(f"</script>{title}</h1>\n{FORM}\n<p>Text.</p>")


@pytest.mark.parametrize("before", ["", "<p>Text.</p>\n", "<p>Text.</p>\n<h1>One</h1>\n"])
def test_without_a_title_the_script_is_before_the_form(before: str) -> None:
    html = with_form(f"{before}{PLACE}", GUIDE, [])
    assert html.startswith(f"{before}<script>")
    assert html.endswith(f"</script>{FORM}")
