"""What pages say of the verification of the whole site, in Markdown."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain
from urllib.parse import quote

from ...files import pages_in
from ...page.fence import has_fences
from ...record.record import FAILED, VERIFIED, RecordedPage, Run, WalkthroughKey
from ...record.record_file import FILE
from ...record.status import CHANGED, EXEMPT, NOT_VERIFIED, Status, variety
from ...wording import code, count, day_in_words, listed, table, verbatim
from ..guide import Guide
from .robot_report import robot_report

_NONE = "\N{EN DASH}"
_HEADS = {
    VERIFIED: "Verified",
    EXEMPT: "Exempt",
    FAILED: "Failed",
    CHANGED: "Changed since verification",
    NOT_VERIFIED: "Not verified",
}
#: what a sentence says of one block, and of several
_OTHERS = {
    EXEMPT: ("is exempt from verification", "are exempt from verification"),
    FAILED: ("failed", "failed"),
    CHANGED: ("changed since it was verified", "changed since they were verified"),
    NOT_VERIFIED: ("is not verified", "are not verified"),
}
_ISOLATION = {
    "namespaces": "a network of their own",
    "guards": "guards in Python and Node.js, and a proxy",
}
_NO_RECORD = "**Not verified:** there is no verification record. `pytest` writes one."
_NONE_AS_SHOWN = "**Not verified:** no block is verified as it is shown now."


class VerificationReport:
    """The verification of a site, for the page that is being rendered."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._site_record = guide.site_record
        self._record = self._site_record.record

    @property
    def parts(self) -> dict[str, Callable[[], str]]:
        """What a page can show, by name."""
        return {
            "summary": self._summary,
            "pages": self._pages,
            "matrix": self._matrix,
            "robot": self._robot,
            "exemptions": self._exemptions,
            "facts": self._facts,
            "values": self._values,
            "versions": self._versions,
            "record": self._file,
        }

    @cached_property
    def _recorded_pages(self) -> dict[str, RecordedPage]:
        """The pages of the site that the record has; it may have others, until the next run."""
        pages = self._record.pages
        return {name: page for name, page in pages.items() if self._guide.has_page(name)}

    @cached_property
    def _statuses(self) -> dict[str, list[Status]]:
        """The statuses of the blocks of each page that the record has."""
        return {name: self._site_record.recorded_statuses(name) for name in self._recorded_pages}

    def _verified_with(self) -> list[tuple[WalkthroughKey, Run]]:
        """Return the walkthroughs that verified blocks as they are, once for each block."""
        verified = (one for one in chain(*self._statuses.values()) if one.kind == VERIFIED)
        return [run for status in verified for run in status.runs]

    def _summary(self) -> str:
        """Return sentences about all pages."""
        if not self._recorded_pages:
            return _NO_RECORD
        kinds = Counter(status.kind for status in chain(*self._statuses.values()))
        verb = "is" if kinds[VERIFIED] == 1 else "are"
        blocks = count(kinds.total(), "code block")
        verified = f"{kinds[VERIFIED]} of {blocks} {verb} verified as shown"
        others = [
            f"{kinds[kind]} {one if kinds[kind] == 1 else several}"
            for kind, (one, several) in _OTHERS.items()
            if kinds[kind]
        ]
        pages = len(self._unknown())
        unknown = f"{count(pages, 'page')} {'has' if pages == 1 else 'have'} no verified block"
        sentences = [
            ": ".join(filter(None, [verified, ", ".join(self._counts())])),
            listed(others),
            unknown if pages else "",
            *(f"Last run: {day_in_words(run.when)}" for _, run in self._runs()[-1:]),
        ]
        return " ".join(f"{sentence}." for sentence in sentences if sentence)

    def _counts(self) -> Iterator[str]:
        """Yield how many routes, value sets, and values of the parameter with options they had."""
        value_sets = self._guide.values.declaration.value_sets
        routes, sets, values = variety(self._verified_with(), value_sets)
        if routes:
            yield count(len(routes), "route")
        if sets:
            yield count(len(sets), "value set")
        if values:
            yield f"{count(len(values), 'option')} of {self._label}"

    @property
    def _label(self) -> str:
        """The label of the parameter whose options were used."""
        names = {run.each for run in self._record.runs.values() if run.each}
        parameters = self._guide.values.declaration.parameters
        labels = [parameters[name].label for name in names if name in parameters]
        return listed(sorted(labels)) if labels else "parameters"

    def _unknown(self) -> list[str]:
        """Return the pages with blocks that the record does not have."""
        docs = self._site_record.docs
        files = {file.relative_to(docs).as_posix(): file for file in pages_in(docs)}
        unknown = sorted(filter(self._guide.has_page, {*files} - {*self._record.pages}))
        texts = (
            (name, files[name].read_text(encoding="utf-8", errors="replace")) for name in unknown
        )
        return [name for name, text in texts if has_fences(text)]

    def _pages(self) -> str:
        """Return a table of the pages: how many of their blocks have which status."""
        numbers = {
            name: Counter(status.kind for status in statuses)
            for name, statuses in self._statuses.items()
            if statuses
        }
        used_kinds = [kind for kind in _HEADS if any(counts[kind] for counts in numbers.values())]
        rows = [
            [self._link(name), *_cells(counts[kind] for kind in used_kinds), self._last(name)]
            for name, counts in numbers.items()
        ]
        rows += [
            [self._link(name), *(_NONE for _ in used_kinds), "not verified"]
            for name in self._unknown()
        ]
        head = ["Page", *(_HEADS[kind] for kind in used_kinds), "Verified on"]
        return table(head, rows) if rows else _NO_RECORD

    def _last(self, name: str) -> str:
        """Return the day of the last result of a page."""
        days = [
            self._record.when(result)[:10]
            for key, walkthrough in self._record.walkthroughs.items()
            for result in walkthrough.blocks
            if key.page == name
        ]
        return max(days, default="") or _NONE

    def _matrix(self) -> str:
        """Return a table of routes and value sets: how many blocks were verified in each."""
        keys = [key for key, _ in self._verified_with()]
        if not keys:
            return _NONE_AS_SHOWN if self._recorded_pages else _NO_RECORD
        numbers: dict[tuple[str, str], Counter[str]] = {}
        for key in keys:
            numbers.setdefault((key.page, key.route), Counter())[key.value_set] += 1
        value_sets = self._guide.values.declaration.value_sets
        verified_sets = {key.value_set for key in keys}
        sets = [name for name in value_sets if name in verified_sets]
        rows = [
            [
                self._link(page),
                verbatim(route) or _NONE,
                *_cells(by_set[name] for name in sets),
                *_cells([len(by_set.keys() - value_sets.keys())]),
            ]
            for (page, route), by_set in sorted(numbers.items())
        ]
        head = ["Page", "Route", *(code(name) for name in sets), f"Options of {self._label}"]
        others = listed(code(name) for name in value_sets if name not in verified_sets)
        note = f"\n\nValue sets without results: {others}." if others else ""
        return f"{table(head, rows)}{note}"

    def _robot(self) -> str:
        """Return what robots did that followed pages."""
        paragraphs = [*robot_report(self._site_record, self._link)]
        return "\n\n".join(paragraphs) or "**Not verified:** no robot has followed a page."

    def _exemptions(self) -> str:
        """Return a list of all exemptions."""
        lines = []
        for name, page in self._recorded_pages.items():
            if page.exempt and page.blocks:
                number = count(len(page.blocks), "block")
                lines.append(f"- {self._link(name)}, {number}: {verbatim(page.exempt)}")
            for block in () if page.exempt else page.blocks:
                if block.exempt:
                    reason = verbatim(block.exempt)
                    lines.append(f"- {self._link(name)}, {code(block.place)}: {reason}")
        return "\n".join(lines) or "No block is exempt from verification."

    def _facts(self) -> str:
        """Return a list of the facts that no test compares, each with the reason."""
        facts = self._guide.facts
        others = {name: fact for name, fact in facts.items() if fact.not_tested}
        if not others:
            return "Tests compare every fact with its source."
        rows = [
            [code(name), " ".join(fact.value.split()), fact.source, fact.not_tested]
            for name, fact in others.items()
        ]
        number = (
            f"Tests compare {len(facts) - len(others)} of {count(len(facts), 'fact')}. The others:"
        )
        return f"{number}\n\n{table(['Name', 'Fact', 'Source', 'Why no test compares it'], rows)}"

    def _values(self) -> str:
        """Return a table of the values in each value set, and the options."""
        values = {name: values for _, run in self._runs() for name, values in run.values.items()}
        parameters = self._guide.values.declaration.parameters
        sets = [name for name in self._guide.values.declaration.value_sets if name in values]
        if not sets:
            return _NO_RECORD
        rows = [
            [parameter.label, *(code(values[one].get(name, "")) for one in sets)]
            for name, parameter in parameters.items()
        ]
        options = [code(name) for name in sorted({*values} - {*sets})]
        note = f"\n\n{len(options)} other options of {self._label}: {', '.join(options)}."
        head = ["Parameter", *(code(name) for name in sets)]
        return f"{table(head, rows)}{note if options else ''}"

    def _runs(self) -> list[tuple[str, Run]]:
        """Return the runs with their names, by date."""
        return sorted(self._record.runs.items(), key=lambda named: named[1].when)

    def _versions(self) -> str:
        """Return a table of the runs, with what verified the blocks."""
        rows = [
            [
                run.when.replace("T", " ").replace("Z", " UTC"),
                self._isolation_in(name),
                verbatim(listed(f"{name} {text}" for name, text in run.tools.items())),
            ]
            for name, run in reversed(self._runs())
        ]
        return table(["Run", "Isolation", "Versions"], rows) if rows else _NO_RECORD

    def _isolation_in(self, run: str) -> str:
        """Return what kept the blocks of a run from other hosts."""
        means = {
            _ISOLATION[walkthrough.isolation]
            for walkthrough in self._record.walkthroughs.values()
            if walkthrough.isolation in _ISOLATION
            and any(row.run == run for row in walkthrough.blocks)
        }
        return "; ".join(sorted(means))

    def _file(self) -> str:
        """Return a link to the record."""
        if not self._record.pages:
            return _NO_RECORD
        return self._link(FILE)

    def _link(self, path: str) -> str:
        """Return a link to a page, or its path if the site does not have it any more."""
        if path != FILE and not self._guide.has_page(path):
            return verbatim(path)
        folder = posixpath.dirname(self._guide.source.path) or "."
        return f"[{verbatim(path)}]({quote(posixpath.relpath(path, folder))})"


def _cells(numbers: Iterable[int]) -> list[str]:
    return [str(number or _NONE) for number in numbers]
