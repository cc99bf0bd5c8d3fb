"""The properties of the Regions: AWS's own data, and the table that pages show of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from mkdocs_macros_cognito import define_env, write_regions
from mkdocs_macros_cognito.regions_table import FILE, regions, table
from sites import PROJECT


def test_the_regions_in_the_file_are_those_of_the_installed_botocore() -> None:
    regions = json.loads(FILE.read_text(encoding="utf-8"))
    assert regions == write_regions.regions(), (
        "AWS's Regions changed: run `make regions`, look at the difference"
    )
    assert FILE.read_text(encoding="utf-8") == write_regions.text(regions)


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        (
            "us-east-2",
            {
                "name": "US East (Ohio)",
                "geography": "North America",
                "partition": "aws",
                "dns_suffix": "amazonaws.com",
                "issuer_host": "cognito-idp.us-east-2.amazonaws.com",
                "api_gateway_host": "execute-api.us-east-2.amazonaws.com",
                "login_domain": "auth.us-east-2.amazoncognito.com",
                "console_host": "us-east-2.console.aws.amazon.com",
                "issuer_note": "AWS documents this form.",
            },
        ),
        (
            "us-gov-west-1",
            {
                "name": "AWS GovCloud (US-West)",
                "geography": "AWS GovCloud (US)",
                "partition": "aws-us-gov",
                "dns_suffix": "amazonaws.com",
                "issuer_host": "cognito-idp.us-gov-west-1.amazonaws.com",
                "api_gateway_host": "execute-api.us-gov-west-1.amazonaws.com",
                "login_domain": "auth-fips.us-gov-west-1.amazoncognito.com",
                "console_host": "us-gov-west-1.console.amazonaws-us-gov.com",
                "issuer_note": "This form comes from the tests of AWS's library aws-jwt-verify.",
            },
        ),
        (
            "eusc-de-east-1",
            {
                "name": "AWS European Sovereign Cloud (Germany)",
                "geography": "AWS European Sovereign Cloud",
                "partition": "aws-eusc",
                "dns_suffix": "amazonaws.eu",
                "issuer_host": "cognito-idp.eusc-de-east-1.amazonaws.eu",
                "api_gateway_host": "execute-api.eusc-de-east-1.amazonaws.eu",
                "login_domain": "auth.cognito-idp.eusc-de-east-1.on.amazonwebservices.eu",
                "console_host": "eusc-de-east-1.console.amazonaws-eusc.eu",
                "issuer_note": "AWS does not document this form: "
                "use the issuer in the discovery document.",
            },
        ),
    ],
)
def test_one_region_of_each_partition(region: str, expected: dict[str, str]) -> None:
    assert regions()[region] == expected


def test_the_table_has_a_row_and_a_link_for_each_region() -> None:
    text = table(lambda name, region: f"https://{name}/{region}")
    for region in regions():
        assert text.count(f'{{ #{region} data-live-is="region={region}" }}') == 1
        assert f"](#{region} " in text
        assert f"`https://oidc_url/{region}`" in text
        assert f"(https://oidc_url/{region}/.well-known/openid-configuration)" in text
        assert f"(https://console_url/{region})" in text


def test_the_order_of_the_modules_is_explained() -> None:
    class Env:
        macros: dict[str, object] = {}  # noqa: RUF012

    with pytest.raises(LookupError, match="list mkdocs_macros_runbook before it"):
        define_env(Env())


def test_the_facts_cost_nothing_on_a_page_without_the_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Env:
        macros: dict[str, object] = {"value_of": lambda name, region: region}  # noqa: RUF012

        def macro(self, function: Callable[..., str]) -> None:
            self.macros[function.__name__] = function

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a file was read")

    env = Env()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", refuse)
        patch.setattr("builtins.open", refuse)
        define_env(env)
    assert {"oidc_url_for", "oidc_urls"} < set(env.macros)
    assert "botocore" not in define_env.__globals__


def test_each_partition_is_verified_by_a_job_of_its_own() -> None:
    workflow = yaml.safe_load((PROJECT / ".github" / "workflows" / "guide.yml").read_text())
    matrix = workflow["jobs"]["regions"]["strategy"]["matrix"]
    assert set(matrix["partition"]) == {region["partition"] for region in regions().values()}
