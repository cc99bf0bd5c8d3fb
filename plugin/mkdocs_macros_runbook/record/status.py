"""The status of each block of a page: what the record says of what the block shows now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from .record import FAILED, SKIPPED, VERIFIED, Key, Record, Result, Run

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
    runs: tuple[tuple[Key, Run], ...] = ()

    @property
    def is_proved(self) -> bool:
        """Whether the block is verified, or exempt."""
        return self.kind in (VERIFIED, EXEMPT)


def values_of_each(runs: Iterable[tuple[Key, Run]]) -> set[str]:
    """Return the values of the parameter whose options were used, in value sets and options."""
    found = {run.values.get(key.value_set, {}).get(run.each, "") for key, run in runs}
    return found - {""}


def statuses(record: Record, page: str, hashes: Sequence[str], files: str) -> list[Status]:
    """Return the status of each block of `page`, by what they show now: their `hashes`, in order.

    `files` is the digest of the declared inputs now. A result counts as long as its block, the
    blocks before it in its walkthrough, and the inputs are as they were. A block that is new may be
    in any walkthrough, so what comes after it is not known.
    """
    known = record.pages.get(page)
    before = [block.hash for block in known.blocks] if known else []
    replaced, first_new = _compared(before, hashes)
    index = {hash_: number for number, hash_ in enumerate(hashes)}
    found: list[list[tuple[Key, Result, bool]]] = [[] for _ in hashes]
    earlier: dict[str, str] = {}  # when a block was last verified, by what it showed
    for key, walkthrough in record.walkthroughs.items():
        if key.page != page:
            continue
        places = [index.get(result.hash, -1) for result in walkthrough.blocks]
        is_whole = True
        for number, (result, at) in enumerate(zip(walkthrough.blocks, places, strict=True)):
            if result.result == VERIFIED:
                when = record.when(result)
                earlier[result.hash] = max(when, earlier.get(result.hash, ""))
            if not key.standalone:  # the blocks before it are those that ran before it
                is_before = [place < at for place in places if place >= 0]
                is_whole = is_whole and 0 <= at < first_new and sum(is_before) == number
            if at >= 0 and result.run in record.runs:
                is_current = is_whole and record.runs[result.run].files == files
                found[at].append((key, result, is_current))
    return [
        _status(
            record, found[number], earlier.get(hash_) or earlier.get(replaced.get(number, ""), "")
        )
        for number, hash_ in enumerate(hashes)
    ]


def _status(
    record: Record, found: Sequence[tuple[Key, Result, bool]], verified_before: str
) -> Status:
    current = [(key, result) for key, result, is_current in found if is_current]
    for kind in (FAILED, VERIFIED):
        of_kind = [(key, result) for key, result in current if result.result == kind]
        if of_kind:
            when = max(record.when(result) for _, result in of_kind)
            reason = of_kind[0][1].reason
            runs = [(key, record.runs[result.run]) for key, result in of_kind]
            return Status(kind, reason, when, tuple(runs))
    if verified_before:
        return Status(CHANGED, when=verified_before)
    skipped = next((result for _, result in current if result.result == SKIPPED), None)
    return Status(reason=skipped.reason if skipped else "")


def _compared(before: Sequence[str], now: Sequence[str]) -> tuple[dict[int, str], int]:
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
