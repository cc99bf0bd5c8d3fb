"""The verification record of the site, compared with what the site shows now."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from ..files import cached_until_modified
from ..problem import Problem, Problems
from ..record import record_file
from ..record.digest import dependencies_digest, source_digest
from ..record.record import Record, RobotRun
from ..record.status import EXEMPT, Status, statuses

#: the environment variable that makes a build stop at blocks that are not proved
PROOF = "PROOF"
_REQUIRED = "required"


class SiteRecord:
    """The record of the site with pages in `docs`, configured in `folder`.

    `depends_on` are the files that its blocks depend on besides their pages.
    """

    def __init__(self, docs: str, folder: Path, depends_on: Iterable[str] | None) -> None:
        self._docs, self._folder, self._depends_on = folder / docs, folder, depends_on

    @property
    def file(self) -> Path:
        """The file of the record."""
        return self._docs / record_file.FILE

    @cached_property
    def _read(self) -> tuple[Record, str]:
        try:
            return _record_in(self.file)
        except OSError:
            return Record(), ""

    @property
    def record(self) -> Record:
        """The record; empty if there is none."""
        return self._read[0]

    @property
    def read_error(self) -> str:
        """Why the record cannot be read; empty if it can."""
        return self._read[1]

    @cached_property
    def dependencies_digest(self) -> str:
        """A digest of the files that blocks depend on."""
        return dependencies_digest(self._folder, self._depends_on)

    def statuses(self, page: str, hashes: Sequence[str], reasons: Sequence[str]) -> list[Status]:
        """Return the status of each block of `page`, which now show `hashes`.

        `reasons` say why blocks are exempt; they are empty for the others.
        """
        recorded = statuses(self.record, page, hashes, self.dependencies_digest)
        return [
            Status(EXEMPT, " ".join(reason.split())) if reason else status
            for reason, status in zip(reasons, recorded, strict=True)
        ]

    def is_current(self, page: str, run: RobotRun) -> bool:
        """Return whether the page and the declared files are as they were for a robot."""
        is_same = run.source == source_digest(self._docs / page)
        return is_same and self.record.runs[run.run].files == self.dependencies_digest

    def is_unchanged(self, page: str) -> bool:
        """Return whether the source of a page is as it was when it was verified."""
        return self.record.pages[page].source == source_digest(self._docs / page)


def is_proof_required() -> bool:
    """Return whether the build is to stop at blocks that are not proved; raises `Problems`."""
    value = os.environ.get(PROOF, "")
    if value not in ("", _REQUIRED):
        message = f"{PROOF} is {value!r}, which is not a valid value"
        place = f"environment variable {PROOF}"
        raise Problems([Problem(place, message, f"set {PROOF}={_REQUIRED}, or unset it")])
    return bool(value)


@cached_until_modified
def _record_in(file: Path) -> tuple[Record, str]:
    try:
        return record_file.read(file), ""
    except ValueError as error:
        return Record(), f"{file.name} is not a verification record ({error})"
