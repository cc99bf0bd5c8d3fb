"""`uv run` of a script's address, with what its head asks for taken from a local wheelhouse."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import sites
from local_aws import LocalAws
from test_companion_scripts import names

WHEELHOUSE = Path(sys.prefix) / "wheelhouse"
UV = Path(sys.executable).with_name("uv")


@pytest.mark.parametrize(
    "script",
    [
        "create_user_pool.py",
        pytest.param("find_oidc_settings.py", marks=pytest.mark.only_full),  # its head is the same
    ],
)
def test_a_script_runs_from_its_address(local_aws: LocalAws, script: str, tmp_path: Path) -> None:
    assert list(WHEELHOUSE.glob("boto3-*.whl")), "run `make wheelhouse`"
    environment = {
        **local_aws.environment,
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "UV_NO_CONFIG": "1",
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
    }
    arguments = names("acme-data") if script == "create_user_pool.py" else []
    with sites.serve(sites.PROJECT / "scripts") as address:
        result = subprocess.run(
            [
                str(UV),
                "run",
                "--no-index",
                "--find-links",
                str(WHEELHOUSE),
                f"{address}{script}",
                *arguments,
                "--region",
                "eu-west-1",
            ],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
    if script == "create_user_pool.py":
        assert result.returncode == 0, result.stderr
        assert json.loads(result.stdout)["user_pool_name"] == "acme-data-test"
    else:  # there is none to find
        assert result.returncode == 1
        assert json.loads(result.stdout)["user_pools"] == []
    assert {region for region, _ in local_aws.calls} == {"eu-west-1"}
