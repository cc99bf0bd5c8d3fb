"""Files that are read again only if they change."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from mkdocs_macros_runbook.files import cached_until_modified


class Text(str):
    """A text that can be seen to be gone."""


def test_an_old_version_is_not_kept(tmp_path: Path) -> None:
    file, reads = tmp_path / "a.txt", list[weakref.ref[Text]]()

    @cached_until_modified
    def read(file: Path) -> Text:
        text = Text(file.read_text())
        reads.append(weakref.ref(text))
        return text

    for text in ("one", "three"):
        file.write_text(text)
        assert read(file) == text == read(file)
    gc.collect()
    assert [ref() for ref in reads] == [None, "three"]
