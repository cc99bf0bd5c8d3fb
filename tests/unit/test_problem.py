"""What a message suggests for a name that does not exist."""

from __future__ import annotations

import pytest

from mkdocs_macros_cognito.regions_table import regions
from mkdocs_macros_runbook.problem import suggestion


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("us-esat-2", "us-east-2"),
        ("eu-cental-1", "eu-central-1"),
        ("US-East-1", "us-east-1"),
        ("ap-suotheast-7", "ap-southeast-7"),
        ("us-gov-wset-1", "us-gov-west-1"),
        ("nowhere", ""),
    ],
)
def test_the_nearest_name_is_suggested(name: str, meant: str) -> None:
    expected = f" (did you mean {meant!r}?)" if meant else ""
    assert suggestion(name, regions()) == expected
