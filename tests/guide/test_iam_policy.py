"""Policies that IAM would not take as they are meant."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from iam_policy import objections

POOL = "arn:aws-us-gov:cognito-idp:us-gov-west-1:*:userpool/us-gov-west-1_Ab1"
GOOD: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "cognito-idp:ListUserPools", "Resource": "*"},
        {"Effect": "Allow", "Action": ["cognito-idp:DescribeUserPool"], "Resource": [POOL]},
    ],
}


def report(policy: dict[str, Any]) -> str:
    return "\n".join(objections(policy, "aws-us-gov", "us-gov-west-1"))


def test_a_good_policy_is_taken() -> None:
    assert report(GOOD) == ""


@pytest.mark.parametrize(
    ("statement", "change", "message"),
    [
        (0, {"Action": "cognito-idp:ListUserPool"}, "no action cognito-idp:ListUserPool"),
        (0, {"Action": "cognito:ListUserPools"}, "no action cognito:ListUserPools"),
        (0, {"Resource": POOL}, f"takes *, not {POOL}"),
        (0, {"Effect": "allow"}, "Effect is 'allow'"),
        (0, {"Effect": "Deny"}, "Effect is 'Deny', which grants nothing"),
        (0, {"Resources": "*"}, "a statement has 'Resources'"),
        (0, {"Action": []}, "a statement has no Action"),
        (1, {"Resource": []}, "a statement has no Resource"),
        (1, {"Resource": "*"}, "can be restricted to arn:"),
        (1, {"Resource": POOL.replace("aws-us-gov", "aws")}, "not arn:aws:"),
        (1, {"Resource": POOL.replace("gov-west", "gov-east", 1)}, "us-gov-east-1"),
        (1, {"Resource": POOL.replace("userpool/", "userpools/")}, "userpools/"),
    ],
)
def test_a_bad_policy_is_not(statement: int, change: dict[str, Any], message: str) -> None:
    policy = copy.deepcopy(GOOD)
    policy["Statement"][statement] |= change
    assert message in report(policy)


def test_an_old_version_is_not() -> None:
    assert "Version is '2008-10-17'" in report(GOOD | {"Version": "2008-10-17"})
