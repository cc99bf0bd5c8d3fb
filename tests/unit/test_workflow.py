"""The workflow: what runs each night, and which job may write."""

from __future__ import annotations

import yaml

from sites import PROJECT

JOBS = yaml.safe_load((PROJECT / ".github" / "workflows" / "guide.yml").read_text())["jobs"]


def test_each_folder_of_tests_is_run_in_full_by_one_job() -> None:
    folders = " ".join(JOBS["full"]["strategy"]["matrix"]["folders"]).split()
    with_tests = {file.parent for file in (PROJECT / "tests").glob("*/test_*.py")}
    assert sorted(folders) == sorted(str(folder.relative_to(PROJECT)) for folder in with_tests)


def test_only_the_job_that_deploys_may_write_and_it_runs_nothing_else() -> None:
    writers = [
        name for name, job in JOBS.items() if "write" in (job.get("permissions") or {}).values()
    ]
    assert writers == ["deploy"]
    assert [step["uses"].split("@")[0] for step in JOBS["deploy"]["steps"]] == [
        "actions/deploy-pages"
    ]
