"""The checks on the page Troubleshooting: each prints something else while there is its fault."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

import pytest

import block_mutants
import sites
from local_aws import LocalAws
from mkdocs_macros_cognito.symptoms import FILE, rows_of
from mkdocs_macros_runbook import Failure, Walkthrough
from mkdocs_macros_runbook.verify.languages import BUILT_IN
from mkdocs_macros_runbook.verify.run.server import Server
from mkdocs_macros_runbook.verify.settings import Settings
from mkdocs_macros_runbook.verify.site.site import Site
from mkdocs_macros_runbook.verify.walkthrough.turn import verify_next
from mkdocs_macros_runbook.verify.walkthrough.verifier import add_verifiers
from mkdocs_macros_runbook.verify.walkthrough.world import World
from sign_in_world import FAULTS, Setup, aws_of

SITE = Site(sites.PROJECT / "mkdocs.yml")
LINES = (sites.PROJECT / "docs" / FILE).read_text(encoding="utf-8").splitlines()
ROWS = {row["id"]: row for row in rows_of("\n".join(LINES))}
#: the rows whose checks tell a fault, by the row of the fault
CHECK_ROWS = {name: (name, *fault.told_by) for name, fault in FAULTS.items()}
pytestmark = pytest.mark.only_full
add_verifiers(BUILT_IN)


@pytest.fixture
def operator(runbook_world: World) -> Iterator[Walkthrough]:
    """An operator who has done what the guide says, before the first block of the page."""
    [plan] = block_mutants.plans(SITE, "troubleshooting.md")
    server = Server()
    walkthrough = Walkthrough(plan, Settings(), server)
    with runbook_world(walkthrough) as environment:
        walkthrough.reset(environment)
        yield walkthrough
    walkthrough.close()
    server.close()


def checks_of(walkthrough: Walkthrough) -> Mapping[str, list[int]]:
    """Return which blocks are checks that show their output, by row."""
    positions = defaultdict(list)
    blocks = walkthrough.plan.blocks
    for position, block in enumerate(blocks[:-1]):
        file, _, line = block.place.rpartition(":")
        above = "\n".join(LINES[: int(line)]) if file == f"docs/{FILE}" else ""
        parts = re.findall(r"(?m)^(?:- id: (.*)|  (\w+): \|)$", above)
        if block.language == "bash" and parts and parts[-1][1] == "check":
            assert blocks[position + 1].language == "text", block.place
            row = next(row for row, _ in reversed(parts) if row)
            positions[row].append(position)
    return positions


def is_as_shown(walkthrough: Walkthrough, position: int) -> bool:
    """Return whether a block prints what the page shows."""
    walkthrough.go_to(position)
    try:
        verify_next(walkthrough)
        verify_next(walkthrough)
    except Failure:
        return False
    return True


def test_every_check_has_a_fault(operator: Walkthrough) -> None:
    unseen = {row for row, symptom in ROWS.items() if "unseen" in symptom}
    assert set(checks_of(operator)) - unseen - set().union(*CHECK_ROWS.values()) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_check_tells_its_fault(
    operator: Walkthrough, _running_local_aws: LocalAws, fault: str
) -> None:
    checks = checks_of(operator)
    positions = [position for row in CHECK_ROWS[fault] for position in checks[row]]
    assert [one for one in positions if not is_as_shown(operator, one)] == []
    with aws_of(operator.environment):
        FAULTS[fault].make(Setup(operator, _running_local_aws))
    assert [one for one in positions if is_as_shown(operator, one)] == []
