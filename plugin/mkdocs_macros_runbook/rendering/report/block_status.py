"""The status of a block, in a line below it that opens into what is known of its verification."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from ...live.mark import Mark, split
from ...page.languages import language_of
from ...problem import Problem, Problems
from ...record.record import FAILED, PACKAGES, PROGRAMS, VERIFIED, Run, WalkthroughKey
from ...record.status import CHANGED, EXEMPT, Status, variety
from ...values.resolution import Values
from ...values.template import fields
from ...values.text import slug
from ...wording import count, day_in_words, listed
from ..current_page import PAGE_LETTERS, CurrentPage
from ..fences.metadata import drawn_languages, fences_of
from ..guide import Guide
from ..site_record import is_proof_required
from ..source import Source

_SUMMARIES = {
    VERIFIED: "Verified {date}",
    FAILED: "Failed {date}",
    CHANGED: "Changed since it was verified on {date}",
}
_LONGEST = 40  # characters of a value
_PLACE = re.compile(
    rf"(?P<end></(?:pre|table)>\s*</div>)?\s*(?:<p>)?(?P<letter>[{PAGE_LETTERS}])(?:</p>)?"
)


def with_statuses(text: str, page: CurrentPage, guide: Guide, source: Source, md: Any) -> str:
    """Return `text` with a letter below each fence that stands for its status.

    Raises `Problems` if the build requires proof that is not there.
    """
    lines, on_page = fences_of(text, page)
    statuses = _statuses([metadata for _, metadata in on_page], guide, source)
    diagram_languages = drawn_languages(md)
    blocks = [
        (fence, metadata, status)
        for (fence, metadata), status in zip(on_page, statuses, strict=True)
        if metadata["language"] not in diagram_languages
    ]
    unproved = [(metadata, status) for _, metadata, status in blocks if not status.is_proved]
    if is_proof_required() and unproved:
        raise Problems(_problem(metadata, status, source) for metadata, status in unproved)
    for fence, metadata, status in reversed(blocks):
        code = "\n".join(lines[fence.first + 1 : fence.last])
        letter = page.letter_for(_html(status, metadata, code, guide, source))
        if not letter:
            continue
        blank = fence.prefix.rstrip()
        insertion = [blank, f"{fence.prefix}{letter}"]
        following = lines[fence.last + 1] if fence.last + 1 < len(lines) else ""
        if following.strip("> \t") and following.startswith(fence.prefix):
            insertion.append(blank)
        lines[fence.last + 1 : fence.last + 1] = insertion
    return "\n".join(lines)


def _statuses(fences: list[dict[str, str]], guide: Guide, source: Source) -> list[Status]:
    hashes = [fence["hash"] for fence in fences]
    exemption = guide.values.declaration.exemption_of(source.path)
    reasons = [exemption[1] if exemption else fence.get("exempt", "") for fence in fences]
    return guide.site_record.statuses(source.path, hashes, reasons)


def _problem(metadata: dict[str, str], status: Status, source: Source) -> Problem:
    place = metadata.get("place") or source.name
    messages = {
        FAILED: f"the block failed: {status.reason}",
        CHANGED: "the block, or what it depends on, has changed since it was verified",
    }
    message = messages.get(status.kind, "the block is neither verified nor exempt")
    fix = f"run pytest {source.name}, or exempt it"
    return Problem(place, message, f"correct it and {fix}" if status.kind == FAILED else fix)


def _html(status: Status, metadata: dict[str, str], code: str, guide: Guide, source: Source) -> str:
    """Return the HTML of a status."""
    if status.kind == EXEMPT:
        reason = escape(status.reason)
        return f'<p class="status status-exempt" data-search-exclude>Not run: {reason}</p>'
    date = f'<time datetime="{status.when[:10]}">{day_in_words(status.when)}</time>'
    summary = _SUMMARIES.get(status.kind, "Not verified").format(date=date)
    sentences = [escape(text) for text in _sentences(status, metadata, code, guide)]
    command = f"pytest {shlex.quote(source.name)}"
    file, _, line = metadata.get("place", "").rpartition(":")
    if line:  # the name of its tests, up to the route and the value set
        name = f"line-{line}[" if file == source.name else f"{slug(file)}-line-{line}["
        command += f" -k {shlex.quote(name)}"
    if status.kind == VERIFIED:
        command += " --runbook-fresh"
    repeat = "Repeat" if status.when else "Verify"
    sentences.append(f"{repeat}: <code>{escape(command)}</code>")
    paragraphs = "".join(f"<p>{line}</p>" for line in sentences)
    return (
        f'<details class="status status-{status.kind}" data-search-exclude>'
        f"<summary>{summary}</summary>{paragraphs}</details>"
    )


def _sentences(status: Status, metadata: dict[str, str], code: str, guide: Guide) -> Iterator[str]:
    """Yield what is known of a block's verification, in sentences."""
    if status.kind == CHANGED:
        yield "The block, a block before it, or what they depend on has changed."
    elif status.kind != VERIFIED:
        if status.reason:
            yield f"{status.reason[:1].upper()}{status.reason[1:]}."
    else:
        yield f"Verified as shown, {_circumstances(status.runs, guide)}."
        run = status.runs[-1][1]
        if program := PROGRAMS.get(language_of(metadata["language"])):
            ours = {*PROGRAMS.values(), *PACKAGES}
            tools = {name: text for name, text in run.tools.items() if name not in ours}
            if program in run.tools:
                tools = {program: run.tools[program], **tools}
            yield f"{listed(f'{name} {version}' for name, version in tools.items())}."
        if other := [*_other_values(status.runs, code, guide.values)]:
            yield f"This page shows values other than those verified: {'; '.join(other)}."


def _circumstances(runs: Sequence[tuple[WalkthroughKey, Run]], guide: Guide) -> str:
    """Return against what, on which routes, and with which value sets and options a block ran."""
    declaration = guide.values.declaration
    routes, sets, values = variety(runs, declaration.value_sets)
    parts = [f"against {declaration.against}"]
    if routes:
        parts.append(f"on the {'route' if len(routes) == 1 else 'routes'} {listed(routes)}")
    if sets:
        parts.append(f"with the value {'set' if len(sets) == 1 else 'sets'} {listed(sets)}")
    if values:
        each = declaration.parameters.get(runs[-1][1].each)
        label = each.label if each else "a parameter"
        parts.append(f"with {count(len(values), 'option')} of {label}")
    return ", ".join(parts)


def _other_values(
    runs: Sequence[tuple[WalkthroughKey, Run]], code: str, values: Values
) -> Iterator[str]:
    """Yield the parameters of a block that the page shows with a value that no run had."""
    declaration = values.declaration
    names = [part.name.partition("?")[0] for part in split(code) if isinstance(part, Mark)]
    for name in dict.fromkeys(_parameters(names, values)):
        verified = dict.fromkeys(
            run.values.get(key.value_set, {}).get(name, "") for key, run in runs
        )
        now = values.by_name[name]
        if now not in verified:
            label = declaration.parameters[name].label
            others = listed(_short(value) for value in [*verified][:3] if value)
            yield f"{label} {_short(now)}" + (f" (verified: {others})" if others else "")


def _parameters(names: Iterable[str], values: Values) -> Iterator[str]:
    """Yield the parameters that values are made of."""
    declaration = values.declaration
    for name in names:
        if name in declaration.parameters:
            yield name
        elif name in declaration.derived:
            parts = [part.name for part in fields(declaration.derived[name])]
            yield from _parameters(parts, values)


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"


def with_status_elements(html: str, page: CurrentPage) -> str:
    """Return `html` with each status below its block, in the block's own element if it has one.

    There, it is not between the block and what may belong to it, such as a list of annotations.
    """

    def replacement(match: re.Match[str]) -> str:
        entry = page.entry_by_letter.get(match["letter"])
        if not isinstance(entry, str):
            return match[0]
        if match["end"]:
            return f"{match['end'].removesuffix('</div>')}{entry}</div>"
        return f"\n{entry}" if html[: match.start()].rstrip().endswith("</pre>") else ""

    return _PLACE.sub(replacement, html)
