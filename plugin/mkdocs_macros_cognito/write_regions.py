"""Writes `regions.json` from botocore: `make regions` runs it, a test compares.

A site build needs no botocore, and a new Region shows as a difference to look at.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("regions.json")

# What botocore does not know, by partition. `{region}` is the Region's code.
#
# Login domains: the block "Amazon Cognito" of the Public Suffix List (publicsuffix/list, commit
# e8c9a2b), and for GovCloud (US) its user guide, which has FIPS endpoints only.
# Console hosts: the endpoint references of the partitions.
# Issuers: Cognito's developer guide, "federation endpoints", for the commercial Regions; for
# GovCloud (US) the tests of aws-jwt-verify. For the European Sovereign Cloud AWS documents none:
# the form is the API host's, and the pages say so.
_BY_PARTITION = {
    "aws": {
        "login_domain": "auth.{region}.amazoncognito.com",
        "console_host": "{region}.console.aws.amazon.com",
        "issuer_note": "AWS documents this form.",
    },
    "aws-us-gov": {
        "login_domain": "auth-fips.{region}.amazoncognito.com",
        "console_host": "{region}.console.amazonaws-us-gov.com",
        "issuer_note": "This form comes from the tests of AWS's library aws-jwt-verify.",
    },
    "aws-eusc": {
        "login_domain": "auth.cognito-idp.{region}.on.amazonwebservices.eu",
        "console_host": "{region}.console.amazonaws-eusc.eu",
        "issuer_note": "AWS does not document this form: use the issuer in the discovery document.",
    },
}

# How readers look for their Region: by the first words of AWS's name for it, in this order.
_GEOGRAPHIES = {
    "US": "North America",
    "Canada": "North America",
    "Mexico": "North America",
    "South America": "South America",
    "Europe": "Europe",
    "Middle East": "Middle East",
    "Israel": "Middle East",
    "Africa": "Africa",
    "Asia Pacific": "Asia Pacific",
    "AWS GovCloud": "AWS GovCloud (US)",
    "AWS European Sovereign Cloud": "AWS European Sovereign Cloud",
}


def regions() -> dict[str, dict[str, str]]:
    """Return the properties of every Region with user pools, by its code, from botocore.

    Raises `KeyError` for a partition or a geography that the tables above do not know yet.
    """
    import botocore.session  # only here: the site is built without it

    session = botocore.session.get_session()
    loader = session.get_component("data_loader")
    described: dict[str, Any] = {
        partition["partition"]: partition["regions"]
        for partition in loader.load_data("endpoints")["partitions"]
    }
    suffixes = {
        partition["id"]: partition["outputs"]["dnsSuffix"]
        for partition in loader.load_data("partitions")["partitions"]
    }
    by_region = {
        region: _properties(region, partition, described[partition][region]["description"], suffix)
        for partition, suffix in suffixes.items()
        for region in session.get_available_regions("cognito-idp", partition)
    }
    order = list(dict.fromkeys(_GEOGRAPHIES.values()))

    def as_readers_look(region: str) -> tuple[int, str]:
        return order.index(by_region[region]["geography"]), by_region[region]["name"]

    return {region: by_region[region] for region in sorted(by_region, key=as_readers_look)}


def _properties(region: str, partition: str, name: str, dns_suffix: str) -> dict[str, str]:
    geography = next(_GEOGRAPHIES[begin] for begin in _GEOGRAPHIES if name.startswith(begin))
    return {
        "name": name,
        "geography": geography,
        "partition": partition,
        "dns_suffix": dns_suffix,
        "issuer_host": f"cognito-idp.{region}.{dns_suffix}",
        "api_gateway_host": f"execute-api.{region}.{dns_suffix}",
        **{key: form.format(region=region) for key, form in _BY_PARTITION[partition].items()},
    }


def text(by_region: dict[str, dict[str, str]]) -> str:
    """Return the content of `regions.json` for `by_region`."""
    return json.dumps(by_region, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(regions()), encoding="utf-8")
    print(f"{FILE.name}: {len(regions())} Regions")
