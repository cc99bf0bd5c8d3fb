"""The workflow: what runs each night, and which job may write."""

from __future__ import annotations

import re

import yaml

from sites import PROJECT

JOBS = yaml.safe_load((PROJECT / ".github" / "workflows" / "guide.yml").read_text())["jobs"]


def test_each_folder_of_tests_is_run_in_full_by_one_job() -> None:
    folders = " ".join(JOBS["full"]["strategy"]["matrix"]["folders"]).split()
    with_tests = {file.parent for file in (PROJECT / "tests").glob("*/test_*.py")}
    assert sorted(folders) == sorted(str(folder.relative_to(PROJECT)) for folder in with_tests)


def test_only_the_job_that_deploys_may_write_and_it_runs_nothing_of_ours() -> None:
    writers = [
        name for name, job in JOBS.items() if "write" in (job.get("permissions") or {}).values()
    ]
    assert writers == ["deploy"]
    assert [re.split("[@ ]", step["uses"])[0] for step in JOBS["deploy"]["steps"]] == [
        "actions/download-artifact",
        "actions/attest",
        "actions/deploy-pages",
    ]


def test_what_is_published_is_proved_by_the_tests_of_that_commit() -> None:
    assert "test" in JOBS["build"]["needs"]
    condition = JOBS["build"]["if"]
    assert "needs.test.result == 'success'" in condition
    for job in ("regions", "full"):  # of the night: cancelled, they prove nothing
        assert f"""contains(fromJSON('["success", "skipped"]'), needs.{job}.result)""" in condition
    (build,) = [step for step in JOBS["build"]["steps"] if step.get("run") == "make build"]
    assert build["env"]["PROOF"] == "required"
    (check,) = [step for step in JOBS["test"]["steps"] if step.get("run") == "make check"]
    assert "--runbook-fresh" in check["env"]["PYTEST_ARGS"]


def test_actions_are_pinned_to_commits() -> None:
    actions = [step["uses"] for job in JOBS.values() for step in job["steps"] if "uses" in step]
    assert actions
    assert [action for action in actions if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action)] == []
