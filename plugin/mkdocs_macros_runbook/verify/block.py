"""Blocks as readers see them: read from a page that the site generator built to be verified."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import parse_qsl

from ..page.fence import BEGINS, Note, notes_in, take_note
from ..values.resolution import Values

#: what is written out, and the names of live values with what the publisher's build shows
Part = str | tuple[str, str]
#: a group of tabs on the page, by its number, and the label of one of its tabs
Tab = tuple[int, str]

_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
_NOT_CODE = frozenset({"linenos", "linenodiv"})
_OTHER_NAMES = {
    "py": "python",
    "python3": "python",
    "sh": "bash",
    "shell": "bash",
    "zsh": "bash",
    "shell-session": "console",
    "shellsession": "console",
    "sh-session": "console",
    "bash-session": "console",
    "yml": "yaml",
    "js": "javascript",
    "mjs": "javascript",
    "ts": "typescript",
    "txt": "text",
}


@dataclass(frozen=True)
class Block:
    """A fenced code block of a built page."""

    place: str
    language: str
    parts: tuple[Part, ...]
    tabs: tuple[Tab, ...] = ()
    said: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    is_noted: bool = True

    @property
    def line(self) -> int:
        """The line of the source at which the fence begins; 0 where only the page is known."""
        number = self.place.rpartition(":")[2]
        return int(number) if number.isdigit() else 0

    @property
    def text(self) -> str:
        """The code, with the publisher's values."""
        return plain(self.parts)

    @property
    def title(self) -> str:
        """What stands above the block: the name of a file, if anything."""
        return plain(self.said.get("title", ()))

    @property
    def file(self) -> str:
        """The name of the file that the block is to be saved as, where its title is one."""
        return self.title if "." in self.title and " " not in self.title else ""

    @property
    def exemption(self) -> str:
        """Why the block is not run, where it says so."""
        return " ".join(plain(self.said.get("exempt", ())).split())

    @property
    def script(self) -> str:
        """The companion script and the part of it that the block shows, if it shows one."""
        return plain(self.said.get("script", ()))

    @property
    def sets(self) -> dict[str, str]:
        """Parameters that the block sets, each with the key under which it prints the value."""
        pairs = (pair.partition("=") for pair in plain(self.said.get("sets", ())).split())
        return {name: key or name for name, _, key in pairs}

    @property
    def shown(self) -> tuple[str, ...]:
        """All that the block says, as text: where it is the same, so is the block."""
        return (self.text, *(f"{name}={plain(self.said[name])}" for name in sorted(self.said)))

    def with_values(self, values: Values) -> Block:
        """Return the block as it is with `values`."""
        said = {name: _with_values(parts, values) for name, parts in self.said.items()}
        return replace(self, parts=_with_values(self.parts, values), said=said)


def plain(parts: tuple[Part, ...]) -> str:
    """Return `parts` as one text."""
    return "".join(part if isinstance(part, str) else part[1] for part in parts)


def _with_values(parts: tuple[Part, ...], values: Values) -> tuple[Part, ...]:
    """Change live values as the reader's script does: by their names."""

    def changed(part: Part) -> Part:
        if isinstance(part, str):
            return part
        name, _, query = part[0].partition("?")
        known = values.other(**dict(parse_qsl(query))) if query else values.by_name
        return part[0], known.get(name, part[1])

    return tuple(changed(part) for part in parts)


@dataclass
class BuiltPage:
    """A page as it was built: its source's path, its blocks, and notes that no block has."""

    path: str = ""
    blocks: list[Block] = field(default_factory=list)
    #: fences that the site generator did not take for fences
    strays: list[str] = field(default_factory=list)
    #: how many blocks another instrument saw
    counted: int = 0


def read_page(html: str) -> BuiltPage:
    """Return the page that `html` is."""
    reader = _Reader()
    reader.feed(_content(html))
    reader.close()
    return reader.page


def _content(html: str) -> str:
    """Return the page without the theme around it, where both are marked."""
    content = html.partition(BEGINS)[2] or html
    end = content.rfind("data-runbook-page")
    return content[: content.find(">", end) + 1] if end >= 0 else content


def count_blocks(html: str) -> int:
    """Count the blocks of a built page with another instrument than the one that reads them."""
    content = _content(html)
    without = re.sub(r"<!--.*?-->|<(script|style|textarea)\b.*?</\1>", "", content, flags=re.DOTALL)
    without = re.sub(r'<td class="linenos">.*?</td>', "", without, flags=re.DOTALL)
    return len(re.findall(r"<pre[\s>]", without))


class _Reader(HTMLParser):
    """Reads blocks, the tabs around them and the page's own path."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = BuiltPage()
        self._open: list[tuple[str, str]] = []  # tag and class
        self._parts: list[Part] | None = None
        self._live = ""
        self._skipping = 0  # depth at which what is no code began
        self._groups: list[_Group] = []
        self._number = 0
        self._last_place = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if "data-runbook-page" in attributes:
            self._name(attributes["data-runbook-page"])
        if tag in _VOID:
            if tag == "br" and self._parts is not None:
                self._parts.append("\n")
            return
        classes = attributes.get("class", "").split()
        self._open.append((tag, attributes.get("class", "")))
        depth = len(self._open)
        if "tabbed-set" in classes:
            self._number += 1
            self._groups.append(_Group(self._number, depth))
        elif self._groups:
            group = self._groups[-1]
            if tag == "label" and not group.inside:
                group.labels.append("")
                group.labelling = True
            elif "tabbed-block" in classes or (
                "tabbed-content" in classes and not group.is_alternate(self._open)
            ):
                group.position += 1
                group.inside = depth
        if self._parts is None:
            if tag == "pre" and not any(_NOT_CODE & set(names.split()) for _, names in self._open):
                self._parts = []
        elif _NOT_CODE & set(classes) and not self._skipping:
            self._skipping = depth
        elif "data-live" in attributes:
            self._live = attributes["data-live"]

    def handle_endtag(self, tag: str) -> None:
        if tag not in (names := [name for name, _ in self._open]):
            return
        while names:
            closed, depth = names.pop(), len(self._open)
            self._open.pop()
            self._close(closed, depth)
            if closed == tag:
                break

    def _close(self, tag: str, depth: int) -> None:
        self._live = ""
        if depth == self._skipping:
            self._skipping = 0
        if tag == "pre" and self._parts is not None:
            self._add_block(self._parts)
            self._parts = None
        if self._groups:
            group = self._groups[-1]
            group.labelling = group.labelling and tag != "label"
            if depth == group.inside:
                group.inside = 0
            if depth == group.depth:
                self._groups.pop()

    def handle_data(self, data: str) -> None:
        if self._parts is not None:
            if not self._skipping:
                self._parts.append((self._live, data) if self._live else data)
            return
        if self._groups and self._groups[-1].labelling:
            self._groups[-1].labels[-1] += data
        for note in notes_in(data):
            self.page.strays.append(plain(_parts(note.get("place", "")) or ("",)))

    def _add_block(self, parts: list[Part]) -> None:
        joined: list[Part] = []
        for part in parts:
            if isinstance(part, str) and joined and isinstance(joined[-1], str):
                joined[-1] += part
            else:
                joined.append(part)
        note: Note | None = None
        if joined and isinstance(joined[0], str):
            note, joined[0] = take_note(joined[0].removeprefix("\n"))
        if joined and isinstance(joined[-1], str):
            joined[-1] = joined[-1].rstrip("\n") + "\n"
        said = {name: _parts(value) for name, value in (note or {}).items()}
        language = plain(said.pop("language", ()))
        place = plain(said.pop("place", ()))
        if place:
            self._last_place = place
        self.page.blocks.append(
            Block(
                place=place or self._near(),
                language=_OTHER_NAMES.get(language, language),
                parts=tuple(part for part in joined if part != ""),
                tabs=tuple((group.number, group.label) for group in self._groups if group.inside),
                said=said,
                is_noted=note is not None,
            )
        )

    def _near(self) -> str:
        """Say where a block is that no fence of the source makes: a macro or an include does."""
        return f"after {self._last_place}" if self._last_place else ""

    def _name(self, path: str) -> None:
        self.page.path = path
        self.page.blocks = [
            block if block.place else replace(block, place=path) for block in self.page.blocks
        ]


def _parts(value: object) -> tuple[Part, ...]:
    if isinstance(value, str):
        return (value,)
    assert isinstance(value, list)
    return tuple(part if isinstance(part, str) else (part[0], part[1]) for part in value)


@dataclass
class _Group:
    """A group of tabs that is open."""

    number: int
    depth: int
    labels: list[str] = field(default_factory=list)
    labelling: bool = False
    position: int = -1
    inside: int = 0

    @property
    def label(self) -> str:
        label = self.labels[self.position] if self.position < len(self.labels) else ""
        return " ".join(label.split())

    def is_alternate(self, opened: list[tuple[str, str]]) -> bool:
        return "tabbed-alternate" in opened[self.depth - 1][1]
