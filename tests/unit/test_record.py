"""The verification record: what counts, what is merged, and what happens to a broken file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import mkdocs_macros_runbook
from mkdocs_macros_runbook.__main__ import main
from mkdocs_macros_runbook.record import record_file
from mkdocs_macros_runbook.record.digest import files_digest
from mkdocs_macros_runbook.record.record import (
    FAILED,
    VERIFIED,
    PageBlock,
    Record,
    RecordedPage,
    RecordedResult,
    RecordedWalkthrough,
    RobotKey,
    RobotRun,
    Run,
    WalkthroughKey,
)
from mkdocs_macros_runbook.record.status import statuses
from mkdocs_macros_runbook.verify.session import inputs
from mkdocs_macros_runbook.verify.settings import Settings
from mkdocs_macros_runbook.verify.site.site import Site

SCRIPT, CLI = WalkthroughKey("a.md", "Script", "default"), WalkthroughKey("a.md", "CLI", "default")


def record(
    page: str,
    walkthroughs: dict[WalkthroughKey, str],
    when: str = "2026-11-26T10:00:00Z",
    **results: str,
) -> Record:
    """Return a record of `a.md` with a block for each letter of `page`.

    The blocks of each walkthrough were verified, but for those that have another of `results`.
    """
    blocks = tuple(PageBlock(letter, f"docs/a.md:{n}", "bash") for n, letter in enumerate(page))
    rows = {
        key: RecordedWalkthrough(
            tuple(
                RecordedResult(letter, "docs/a.md:1", results.get(letter, VERIFIED), run=when)
                for letter in letters
            )
        )
        for key, letters in walkthroughs.items()
    }
    return Record(
        {when: Run(when, files="f")}, {"a.md": RecordedPage(when, "source", blocks)}, rows
    )


def kinds(of: Record, now: str, files: str = "f") -> str:
    """Return the first letter of each block's status."""
    return "".join(status.kind[0] for status in statuses(of, "a.md", [*now], files))


# Blocks 1 to 3 are on the route Script, 4 and 5 on the route CLI, and 6 on both.
BROKEN_RUNS: list[dict[str, Any]] = [
    {"when": 5},
    {"when": "yesterday"},
    {"when": "2026-11-26<img src=x onerror=alert(1)>"},
    {"when": "2026-13-26T10:00:00Z"},
    {"tools": []},
    {"values": None},
    {"values": {"default": {"url": 5}}},
]
WHEN = "2026-11-26T10:00:00Z"
BOTH = record("123456", {SCRIPT: "1236", CLI: "456"})


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("123456", "vvvvvv"),
        ("1x3456", "vccvvv"),  # what follows on its route depends on it; CLI does not
        ("12345x", "vvvvvc"),
        ("132456", "vccvvv"),  # in another order
        ("12x3456", "vvncccc"),  # new: it may be on any route
        ("1234567", "vvvvvvn"),
        ("23456", "ccvvv"),
        ("x", "c"),
        ("", ""),
    ],
)
def test_a_change_ends_what_depends_on_it(now: str, expected: str) -> None:
    assert kinds(BOTH, now) == expected


def test_block_6_is_verified_on_the_route_that_did_not_change() -> None:
    *_, last = statuses(BOTH, "a.md", [*"1x3456"], "f")
    assert [key for key, _ in last.runs] == [CLI]


def test_a_change_of_the_inputs_ends_everything() -> None:
    assert kinds(BOTH, "123456", files="other") == "cccccc"


def test_a_failure_counts_more_than_a_success_on_another_route() -> None:
    failed = record("123456", {SCRIPT: "123"}, **{"3": FAILED})
    empty = {WalkthroughKey("a.md", "", "b"): RecordedWalkthrough(())}
    failed = replace(failed, walkthroughs={**failed.walkthroughs, **empty})
    both = BOTH.merged(record("123456", {SCRIPT: "1236"}, "2026-11-27T10:00:00Z", **{"6": FAILED}))
    assert kinds(failed, "123456") == "vvfnnn"
    assert kinds(both, "123456") == "vvvvvf"


def test_an_empty_record_verifies_nothing() -> None:
    assert kinds(Record(), "12") == "nn"


def test_a_run_of_a_part_keeps_the_results_of_the_others() -> None:
    later = "2026-11-27T10:00:00Z"
    part = record("123456", {SCRIPT: "1236"}, later, **{"1": "", "2": "", "6": ""})
    part = _without_empty(part)
    merged = BOTH.merged(part)
    assert [merged.when(result)[:10] for result in merged.walkthroughs[SCRIPT].blocks] == [
        "2026-11-26",
        "2026-11-26",
        "2026-11-27",
        "2026-11-26",
    ]
    assert merged.walkthroughs[CLI] == BOTH.walkthroughs[CLI]
    assert part.merged(BOTH).walkthroughs == merged.walkthroughs  # in any order


def test_a_result_is_not_kept_after_a_block_that_changed() -> None:
    later = "2026-11-27T10:00:00Z"
    part = _without_empty(record("1x3456", {SCRIPT: "1x36"}, later, **{"1": "", "3": "", "6": ""}))
    results = BOTH.merged(part).walkthroughs[SCRIPT].blocks
    assert [result.result for result in results] == [VERIFIED, VERIFIED, "", ""]
    assert [result.hash for result in results] == [*"1x36"]


def _without_empty(of: Record) -> Record:
    rows = {
        key: RecordedWalkthrough(
            tuple(row if row.result else replace(row, run="") for row in walkthrough.blocks)
        )
        for key, walkthrough in of.walkthroughs.items()
    }
    return replace(of, walkthroughs=rows)


def test_what_is_gone_is_pruned(tmp_path: Path) -> None:
    assert BOTH.pruned(tmp_path) == Record()
    (tmp_path / "a.md").touch()
    assert BOTH.pruned(tmp_path) == BOTH
    assert BOTH.pruned(tmp_path, ["default"]) == BOTH
    assert not BOTH.pruned(tmp_path, ["other"]).walkthroughs
    page = replace(BOTH.pages["a.md"], routes=("CLI", "script"))
    renamed = replace(BOTH, pages={"a.md": page}).pruned(tmp_path)
    assert [*renamed.walkthroughs] == [CLI]


def robots(day: int, *routes: str, result: str = VERIFIED) -> Record:
    """Return a record of robots that followed `a.md` on routes, on a day in November."""
    when = f"2026-11-{day}T10:00:00Z"
    run = RobotRun(result, run=when, checked=("a",), picture=f"{day}", alt="The last page")
    return Record({when: Run(when)}, {}, {}, {RobotKey("a.md", name, "x"): run for name in routes})


def broken_rows() -> Iterator[dict[str, Any]]:
    """Yield records in which one value has another type, or one run is missing."""
    for of, changes in (
        ("walkthroughs", {"route": None}),
        ("walkthroughs", {"standalone": "no"}),
        ("robot_runs", {"run": "other"}),
        ("robot_runs", {"seconds": "2"}),
        ("blocks", {"reason": 1}),
        ("blocks", {"hash": ["x"]}),
        ("blocks", {"run": "other"}),
    ):
        data = json.loads(json.dumps(record_file.as_json(BOTH.merged(robots(26, "A")))))
        rows = data["walkthroughs"][0]["blocks"] if of == "blocks" else data[of]
        rows[0] |= changes
        yield data


@pytest.mark.parametrize("is_reversed", [False, True])
def test_of_two_runs_of_a_robot_the_later_counts_and_one_picture_is_kept(is_reversed: bool) -> None:
    one, other = robots(26, "A", "B"), robots(27, "B", "C")
    merged = other.merged(one) if is_reversed else one.merged(other)
    by_route = {key.route: (run.run[8:10], run.picture) for key, run in merged.robot_runs.items()}
    assert by_route == {"A": ("26", ""), "B": ("27", "27"), "C": ("27", "")}


def test_a_robot_that_failed_has_no_picture_on_the_page() -> None:
    merged = robots(26, "A", "B").merged(robots(27, "B", result=FAILED))
    by_route = {key.route: (run.result, run.picture) for key, run in merged.robot_runs.items()}
    assert by_route == {"A": (VERIFIED, "26"), "B": (FAILED, "")}


def test_runs_of_robots_stay_as_long_as_their_page(tmp_path: Path) -> None:
    of = robots(26, "A")
    assert of.pruned(tmp_path) == Record()
    (tmp_path / "a.md").touch()
    assert of.pruned(tmp_path) == of


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / record_file.FILE
    all_of_it = BOTH.merged(robots(26, "A"))
    record_file.write(file, all_of_it)
    assert record_file.read(file) == all_of_it
    record_file.write(file, BOTH)
    assert [*tmp_path.glob("*verification*")] == [file]


def test_a_record_is_written_whole_or_not_at_all(
    tmp_path: Path,
) -> None:
    file = tmp_path / record_file.FILE
    record_file.write(file, BOTH)
    before = file.read_bytes()
    unwritable = replace(BOTH, runs={"x": Run("x", tools={"a": object()})})  # type: ignore[dict-item]
    with pytest.raises(TypeError):
        record_file.write(file, unwritable)
    assert file.read_bytes() == before
    assert [*tmp_path.glob("*verification*")] == [file]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", "null", '{"schema": 1}', "\\x00", "[" * 100_000]
    + [
        json.dumps({**record_file.as_json(BOTH), "runs": {WHEN: {"when": WHEN, **run}}})
        for run in BROKEN_RUNS
    ]
    + [
        json.dumps({**record_file.as_json(BOTH), key: 1})
        for key in ("runs", "pages", "walkthroughs", "robot_runs")
    ]
    + [*map(json.dumps, broken_rows())],
)
def test_a_broken_file_is_said_to_be_so(content: str, tmp_path: Path) -> None:
    file = tmp_path / record_file.FILE
    file.write_text(content)
    with pytest.raises(ValueError, match=r"."):
        record_file.read(file)


def test_records_of_several_jobs_are_merged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["site.json", "one.json", "other.json"]
    site, one, other = (str(tmp_path / name) for name in names)
    record_file.write(Path(one), record("123456", {SCRIPT: "1236"}))
    record_file.write(Path(other), record("123456", {CLI: "456"}))
    assert main(["merge", site, one, other]) == 0
    assert record_file.read(Path(site)) == BOTH
    Path(other).write_text("{")
    with pytest.raises(SystemExit):
        main(["merge", site, other])
    assert "other.json: not a verification record" in capsys.readouterr().err
    assert record_file.read(Path(site)) == BOTH


def test_a_digest_of_files_changes_with_contents_and_names(tmp_path: Path) -> None:
    def write(name: str, text: str = "") -> None:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def now(names: Sequence[str] = ("scripts", "one.txt")) -> str:
        return files_digest(tmp_path, names)

    digests = [now()]
    write("scripts/a.py", "1")
    digests.append(now())
    write("scripts/a.py", "2")
    digests.append(now())
    write("scripts/deep/b.py", "2")
    digests.append(now())
    write("one.txt", "x")
    digests.append(now())
    (tmp_path / "one.txt").rename(tmp_path / "scripts" / "one.txt")
    digests.append(now())
    write("scripts/.env", "4")
    digests.append(now())
    write("scripts/.aws/config", "4")
    digests.append(now())
    (tmp_path / "scripts" / "a.py").chmod(0o755)
    digests.append(now())
    write("real/deep/data.txt", "1")
    (tmp_path / "scripts" / "linked").symlink_to(tmp_path / "real")
    digests.append(now())
    write("real/deep/data.txt", "2")
    digests.append(now())
    (tmp_path / "real" / "round").symlink_to(tmp_path / "scripts")
    assert now() == digests[-1]
    assert len({*digests}) == len(digests)
    for folder in ("__pycache__", ".git", ".venv", ".pytest_cache", "node_modules"):
        write(f"scripts/{folder}/a", "3")
    for name in (".DS_Store", ".a.py.swp"):
        write(f"scripts/{name}", "4")
    write("other.txt", "5")
    assert now() == digests[-1]


def test_results_depend_on_all_code_of_the_plugin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = "parameters: {}, verification: {against: a server, depends_on: []}"
    (tmp_path / "mkdocs.yml").write_text(f"extra: {{runbook: {{{section}}}}}\n")
    folders = list[Path]()
    monkeypatch.setattr(inputs, "files_digest", lambda folder, _: folders.append(folder))
    assert inputs.common_digest(Site(tmp_path / "mkdocs.yml"), Settings())
    assert folders[0] == Path(mkdocs_macros_runbook.__file__).parent
