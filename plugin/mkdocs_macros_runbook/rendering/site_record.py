"""The verification record of the site, compared with what the site shows now."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from ..files import cached_until_modified
from ..problem import Problem, Problems
from ..record import record_file
from ..record.digest import dependencies_digest, source_digest
from ..record.record import VERIFIED, Record, RobotRun
from ..record.status import CHANGED, EXEMPT, Status, statuses
from ..values.declaration import Declaration

#: the environment variable that makes a build stop at blocks that are not proved
PROOF = "PROOF"
_REQUIRED = "required"
_read = cached_until_modified(record_file.read)


class SiteRecord:
    """The record of the site with pages in `docs`, configured in `folder`.

    Its `declaration` names the files that its blocks depend on besides their pages.
    """

    def __init__(self, docs: str, folder: Path, declaration: Declaration) -> None:
        self.docs, self._folder, self._declaration = folder / docs, folder, declaration
        #: the record, which is empty if there is none, and why it cannot be read
        self.record, self.read_error = Record(), ""
        try:
            self.record = _read(self.docs / record_file.FILE)
        except ValueError as error:
            self.read_error = f"{record_file.FILE} is not a verification record ({error})"
        except OSError:
            pass

    @cached_property
    def dependencies_digest(self) -> str:
        """A digest of what blocks depend on."""
        declaration = self._declaration
        return dependencies_digest(self._folder, declaration.against, declaration.depends_on)

    def statuses(self, page: str, hashes: Sequence[str], reasons: Sequence[str]) -> list[Status]:
        """Return the status of each block of `page`, which now show `hashes`.

        `reasons` say why blocks are exempt; they are empty for the others.
        """
        record_statuses = statuses(self.record, page, hashes, self.dependencies_digest)
        return [
            Status(EXEMPT, " ".join(reason.split())) if reason else status
            for reason, status in zip(reasons, record_statuses, strict=True)
        ]

    def is_current(self, page: str, run: RobotRun) -> bool:
        """Return whether the page and the declared files are as they were for a robot."""
        is_same = run.source == self._source_digest(page)
        return is_same and self.record.runs[run.run].files == self.dependencies_digest

    def _source_digest(self, page: str) -> str:
        return source_digest(self.docs / page, self._declaration.common_source)

    def recorded_statuses(self, page: str) -> list[Status]:
        """Return the status of each block that the record has of `page`.

        If the source of the page changed since, no block of it is verified any more.
        """
        entry = self.record.pages[page]
        hashes = [block.hash for block in entry.blocks]
        reasons = [entry.exempt or block.exempt for block in entry.blocks]
        now = self.statuses(page, hashes, reasons)
        if entry.source == self._source_digest(page):
            return now
        return [
            Status(CHANGED, when=status.when) if status.kind == VERIFIED else status
            for status in now
        ]


def is_proof_required() -> bool:
    """Return whether the build is to stop at blocks that are not proved; raises `Problems`."""
    value = os.environ.get(PROOF, "")
    if value not in ("", _REQUIRED):
        message = f"{PROOF} is {value!r}, which is not a valid value"
        place = f"environment variable {PROOF}"
        raise Problems([Problem(place, message, f"set {PROOF}={_REQUIRED}, or unset it")])
    return bool(value)
