"""What no policy can allow is refused; `tests/browser` shows that the sites work under theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from csp import InlineError, policy


@pytest.mark.parametrize(
    "inline", ["<p onclick='x()'>", "<p style='color: red'>", "<style>p {}</style>"]
)
def test_what_no_hash_allows_is_refused(tmp_path: Path, inline: str) -> None:
    (tmp_path / "index.html").write_text(inline, encoding="utf-8")
    with pytest.raises(InlineError, match=r"index\.html"):
        policy(tmp_path)
