"""The status of each block of a page: what the record says of what the block shows now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from .record import (
    FAILED,
    SKIPPED,
    VERIFIED,
    Record,
    RecordedResult,
    RecordedWalkthrough,
    Run,
    WalkthroughKey,
)

_GONE = -1  # the number of a block that is no longer on the page
#: what a status can be besides `verified` and `failed`
EXEMPT, CHANGED, NOT_VERIFIED = "exempt", "changed", "not-verified"


@dataclass(frozen=True)
class Status:
    """What is known of a block.

    `reason` is why it is exempt, failed or was skipped, `when` when it was last verified, `runs`
    what verified it as it is, by walkthrough.
    """

    kind: str = NOT_VERIFIED
    reason: str = ""
    when: str = ""
    runs: tuple[tuple[WalkthroughKey, Run], ...] = ()

    @property
    def is_proved(self) -> bool:
        """Whether the block is verified, or exempt."""
        return self.kind in (VERIFIED, EXEMPT)


def variety(
    runs: Sequence[tuple[WalkthroughKey, Run]], value_sets: Iterable[str]
) -> tuple[list[str], list[str], set[str]]:
    """Return the routes, value sets, and values of the parameter whose options were used.

    `value_sets` are those that the site declares: all others are options. Without an option, no
    value of that parameter counts.
    """
    routes = dict.fromkeys(key.route for key, _ in runs if key.route)
    used_sets = {key.value_set for key, _ in runs}
    sets = [name for name in value_sets if name in used_sets]
    values = {run.values.get(key.value_set, {}).get(run.each, "") for key, run in runs} - {""}
    return [*routes], sets, values if used_sets - {*sets} else set()


def statuses(record: Record, page: str, hashes: Sequence[str], files: str) -> list[Status]:
    """Return the status of each block of `page`, by what they show now: their `hashes`, in order.

    `files` is the digest of the declared files now. A result counts as long as its block, the
    blocks before it in its walkthrough, and these files are as they were. A block that is new may
    be in any walkthrough, so what comes after it is not known.
    """
    entry = record.pages.get(page)
    replaced, first_new = _changes([block.hash for block in entry.blocks] if entry else [], hashes)
    walkthroughs = {key: run for key, run in record.walkthroughs.items() if key.page == page}
    dates = _dates(record, walkthroughs.values())
    results: list[list[tuple[WalkthroughKey, RecordedResult]]] = [[] for _ in hashes]
    for key, walkthrough in walkthroughs.items():
        for number, result in _results_that_count(key, walkthrough, hashes, first_new):
            if result.run in record.runs and record.runs[result.run].files == files:
                results[number].append((key, result))
    return [
        _status(
            record, results[number], dates.get(hash_) or dates.get(replaced.get(number, ""), "")
        )
        for number, hash_ in enumerate(hashes)
    ]


def _dates(record: Record, walkthroughs: Iterable[RecordedWalkthrough]) -> dict[str, str]:
    """Return when each block was last verified, by the digest of what it showed."""
    dates: dict[str, str] = {}
    for walkthrough in walkthroughs:
        for result in walkthrough.blocks:
            if result.result == VERIFIED:
                dates[result.hash] = max(record.when(result), dates.get(result.hash, ""))
    return dates


def _results_that_count(
    key: WalkthroughKey, walkthrough: RecordedWalkthrough, hashes: Sequence[str], first_new: int
) -> Iterator[tuple[int, RecordedResult]]:
    """Yield each result whose block, and the blocks that ran before it, are on the page as then.

    With it comes the number of the block on the page.
    """
    numbers = {hash_: number for number, hash_ in enumerate(hashes)}
    of_walkthrough = [numbers.get(result.hash, _GONE) for result in walkthrough.blocks]
    for position, (result, number) in enumerate(
        zip(walkthrough.blocks, of_walkthrough, strict=True)
    ):
        before = [other for other in of_walkthrough if _GONE < other < number]
        has_same_before = _GONE < number < first_new and len(before) == position
        if not (has_same_before or key.standalone):
            return
        if number != _GONE:
            yield number, result


def _status(
    record: Record, results: Sequence[tuple[WalkthroughKey, RecordedResult]], verified_before: str
) -> Status:
    for kind in (FAILED, VERIFIED):
        of_kind = [(key, result) for key, result in results if result.result == kind]
        if of_kind:
            when = max(record.when(result) for _, result in of_kind)
            reason = of_kind[0][1].reason
            runs = [(key, record.runs[result.run]) for key, result in of_kind]
            return Status(kind, reason, when, tuple(runs))
    if verified_before:
        return Status(CHANGED, when=verified_before)
    skipped = next((result for _, result in results if result.result == SKIPPED), None)
    return Status(reason=skipped.reason if skipped else "")


def _changes(before: Sequence[str], now: Sequence[str]) -> tuple[dict[int, str], int]:
    """Return what each changed block of `now` was `before`, and the number of the first new one."""
    replaced: dict[int, str] = {}
    new = [len(now)]
    matcher = SequenceMatcher(a=before, b=now, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind in ("replace", "insert"):
            pairs = dict(zip(range(new_start, new_end), before[start:end], strict=False))
            replaced |= pairs
            rest = range(new_start + len(pairs), new_end)
            new += [number for number in rest if now[number] not in before]
    return replaced, min(new)
