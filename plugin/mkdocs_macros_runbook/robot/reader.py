"""The robot: it follows a page in a real browser, and knows only what a reader knows.

It chooses tabs, sets values in the form, and goes through the page from top to bottom: it
downloads the files that the page links, presses the copy button of each block, runs what shells
run and saves what has a file as its title. What was printed it pastes where the page asks for it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ..page.fence import file_of
from ..page.languages import names_of
from ..problem import Failure
from ..verify.run.folder import new_folder
from ..verify.run.process import Limits, clean_environment
from ..verify.run.server import Server
from ..verify.run.terminal import Terminal
from ..verify.shell_commands import commands_in

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8")
_CONSOLE = names_of("console")
_RUNNABLE = (*names_of("bash"), *_CONSOLE)
_COPY = "button[data-clipboard-target], button.md-code__button[data-md-type=copy]"
_FORM = "[data-live-form]"
_EXPECT_PASTE = """\
field => {
  window.robotPaste = new Promise(done => field.addEventListener("paste", () => setTimeout(done)));
}"""


@dataclass(frozen=True)
class Item:
    """Something in a step: a link to a file to download, a block to save, run or read, or a form
    to paste what was printed."""

    id: str
    #: `download`, `save`, `run`, `read` or `paste`
    does: str
    #: of the file, or of the block's language
    name: str
    url: str


@dataclass(frozen=True)
class Step:
    """A part of the page: a heading of the second level, and what is below it on the route."""

    title: str
    anchor: str
    items: tuple[Item, ...]


def _item(row: Mapping[str, str]) -> Item:
    """Return something in a step: a block whose title is the name of a file is one to save."""
    item = {**row}
    if file := file_of(item.pop("title", ""), item["name"]):
        item |= {"does": "save", "name": file}
    return Item(**item)


class Robot:
    """A reader of one page, with a home folder and a terminal.

    `page` is a page of Playwright, `url` that of the built page. Commands get `environment`
    and nothing of the author's own, as blocks that pytest verifies.
    """

    def __init__(
        self,
        page: Page,
        url: str,
        environment: Mapping[str, str] | None = None,
        seconds: float = 60.0,
    ) -> None:
        self.page, self.url = page, url
        #: the notes that the page showed about copied blocks with example values
        self.examples: set[str] = set()
        self._row: dict[str, Any] = {"route": "", "browser": "", "values": {}, "checked": []}
        if browser := page.context.browser:
            name = browser.browser_type.name.capitalize()
            self._row["browser"] = f"{name} {browser.version}"
        self._limits = Limits(seconds)
        self._server = Server(namespaces=False)  # the browser looks at what commands serve
        self._owned = new_folder("walkthrough")
        #: where the reader works; empty at first
        self.folder = self._owned.path / "reader"
        self.folder.mkdir()
        variables = clean_environment(self.folder, self._owned.path.name, environment or {})
        self._terminal = Terminal(self._server, self.folder, self._owned.path, variables)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
        self.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End what commands left running, and remove the home folder."""
        self._terminal.close()
        self._server.close()
        self._owned.remove()

    def row(self, path: str, value_set: str = "default") -> dict[str, Any]:
        """Return the entry for the record, which the robot goes on to fill in.

        `path` is that of the page's source. Pass the entry to pytest's `record_property`, under the
        name `runbook_robot`, before the first step, so that a failing robot is recorded too.
        """
        self._row |= {"page": path, "value_set": value_set}
        return self._row

    def end(
        self, browser_page: Page, alt: str, checked: Iterable[str] = (), not_shown: str = ""
    ) -> None:
        """Add the end of the run to the entry for the record, with a picture of `browser_page`.

        `alt` is the picture's alternative text, `checked` what the test compared, and `not_shown`
        what it could not compare.
        """
        self._row |= {
            "picture": base64.b64encode(browser_page.screenshot()).decode(),
            "alt": alt,
            "checked": [*checked],
            "not_shown": not_shown,
        }

    def open(self) -> None:
        """Open the page, or come back to it: the browser keeps the values."""
        self.page.goto(self.url)
        self.page.locator(f"{_FORM} summary").wait_for()

    def choose(self, route: str) -> None:
        """Choose the tab `route` wherever there is one.

        Elsewhere it is the first tab with a block to run, as in the routes that pytest walks.
        """
        groups = self._look()["groups"]
        if not any(tab["label"] == route for tabs in groups for tab in tabs):
            labels = sorted({tab["label"] for tabs in groups for tab in tabs})
            raise Failure(f"the page has no tab {route!r}", fix=f"choose from: {', '.join(labels)}")
        self._row["route"] = route
        for number in range(len(groups)):
            tabs = self._look()["groups"][number]  # a click may have chosen in this group too
            named = [tab for tab in tabs if tab["label"] == route]
            choices = named or [tab for tab in tabs if tab["runs"]]
            if choices and not choices[0]["chosen"]:
                self._at(choices[0]["id"]).click()

    def enter(self, values: Mapping[str, str]) -> None:
        """Set values in the form, by the names of their parameters; `Failure` if one is refused."""
        form = self.page.locator(_FORM)
        if form.locator("details").get_attribute("open") is None:
            form.locator("summary").click()
        for name, value in values.items():
            field = form.locator(f'[data-live-field="{name}"]')
            if not field.count():
                raise Failure(f"the form has no field {name!r}")
            field.click()
            self.page.keyboard.press("ControlOrMeta+A")
            self.page.keyboard.insert_text(value)
            self.page.keyboard.press("Tab")
            if field.get_attribute("aria-invalid") == "true":
                why = field.locator("xpath=following-sibling::small").inner_text()
                raise Failure(f"the form refuses {value!r} as {name}: {why}")
            self._row["values"][name] = value
        self.page.keyboard.press("Escape")  # closes the form

    def value(self, name: str) -> str:
        """Return a value as the page shows it, or else the form."""
        places = self.page.locator(f'article [data-live="{name}"]')
        if places.count():
            return places.first.text_content() or ""
        field = self.page.locator(f'{_FORM} [data-live-field="{name}"]')
        return field.get_attribute("placeholder") or ""

    def steps(self) -> Iterator[Step]:
        """Yield the page's steps from top to bottom; what precedes the first heading is one too."""
        for step in self._look()["steps"]:
            items = tuple(map(_item, step["items"]))
            if step["anchor"] or items:
                yield Step(step["title"], step["anchor"], items)

    def read(self, step: Step) -> None:
        """Do what the step says; raises `Failure` if a command fails."""
        printed = ""
        for item in step.items:
            if item.does == "download":
                self._save(item.name, self.page.request.get(item.url).body())
            elif item.does == "save":
                self._save(item.name, self._copy(item).encode())
            elif item.does == "run":
                printed += self._run(step, item)
            elif item.does == "paste" and printed.strip():
                self._paste(item, printed)
                printed = ""

    def _paste(self, item: Item, text: str) -> None:
        """Paste text into the form below a block or a paragraph, unless its values are set."""
        field = self._at(item.id).locator("textarea, input").first
        if not field.is_visible():
            return
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        field.click()
        self.page.keyboard.press("ControlOrMeta+A")
        field.evaluate(_EXPECT_PASTE)
        self.page.keyboard.press("ControlOrMeta+V")
        self.page.evaluate("robotPaste.then(() => true)")  # the browser fetches what is pasted

    def type(self, commands: str) -> None:
        """Type what a reader types by hand into the terminal; raises `Failure` if it fails."""
        result = self._terminal.run(commands, self._limits, name="typed", merge_output=True)
        if result.error:
            raise Failure(result.error, command=commands, actual=result.output)

    def _run(self, step: Step, item: Item) -> str:
        """Run a block; return what it printed."""
        text = self._copy(item)
        pasted = [text]
        if item.name in _CONSOLE:
            pasted = [command for command, _ in commands_in(text)[1]]
        printed = ""
        for command, following in zip_longest(pasted, pasted[1:], fillvalue=""):
            result = self._terminal.run(
                command, self._limits, name=step.title, merge_output=True, following=following
            )
            printed += result.output
            if result.error:
                at = f", at `{result.command}`" if result.command else ""
                message = f"step {step.title!r}: {result.error}{at}"
                raise Failure(message, command=command, actual=printed)
        return printed

    def _copy(self, item: Item) -> str:
        """Press the block's copy button; return what is then in the clipboard."""
        button = self._at(item.id).locator(_COPY).first
        if not button.count():
            fix = "add content.code.copy to the theme's features"
            raise Failure("a block has no copy button", fix=fix)
        self.page.evaluate("navigator.clipboard.writeText('')")
        button.click()
        copied: str = self.page.wait_for_function("navigator.clipboard.readText()").json_value()
        self.examples.update(self.page.locator(".live-note").all_inner_texts())
        return copied if copied.endswith("\n") else f"{copied}\n"

    def _save(self, name: str, content: bytes) -> None:
        file = (self.folder / name).resolve()
        if not file.is_relative_to(self.folder.resolve()):
            raise Failure(f"{name!r} names a file outside of the reader's folder")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def _look(self) -> dict[str, Any]:
        page: dict[str, Any] = self.page.evaluate(f"({_LOOK})", _RUNNABLE)
        return page

    def _at(self, identity: str) -> Locator:
        return self.page.locator(f'[data-robot="{identity}"]')
