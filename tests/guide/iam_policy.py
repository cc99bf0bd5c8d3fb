"""What IAM would say of a policy, by policy_sentry: AWS's Service Authorization Reference."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from policy_sentry.querying.actions import get_action_data

_action_data = cache(get_action_data)  # which searches all of AWS's actions
_KEYS = {"Sid", "Effect", "Action", "Resource"}


def objections(policy: Mapping[str, Any], partition: str, region: str) -> Iterator[str]:
    """Tell what is wrong with a policy for one Region: a name, or an action and a resource that
    never meet, or a resource that is wider than it need be.
    """
    if policy.get("Version") != "2012-10-17":
        yield f"Version is {policy.get('Version')!r}, not '2012-10-17'"
    for statement in _listed(policy["Statement"]):
        if unknown := set(statement) - _KEYS:
            yield f"a statement has {min(unknown)!r}"
        if statement.get("Effect") != "Allow":
            yield f"Effect is {statement.get('Effect')!r}, which grants nothing"
        for name in ("Action", "Resource"):
            if not _listed(statement.get(name, [])):
                yield f"a statement has no {name}"
        for action in _listed(statement.get("Action", [])):
            for resource in _listed(statement.get("Resource", [])):
                yield from _of_pair(action, resource, partition, region)


def _of_pair(action: str, resource: str, partition: str, region: str) -> Iterator[str]:
    service, _, name = action.partition(":")
    by_service = _action_data(service, name)
    if not by_service:
        yield f"there is no action {action}"
        return
    forms = {row["resource_arn_format"] for row in by_service[service]}
    if resource == "*":
        if forms != {"*"}:
            yield f"{action} can be restricted to {' or '.join(sorted(forms - {'*'}))}"
        return
    fitting = (form for form in forms if re.fullmatch(_pattern(form, partition, region), resource))
    if not any(fitting):
        yield f"{action} takes {' or '.join(sorted(forms))}, not {resource}"


def _pattern(form: str, partition: str, region: str) -> str:
    """Return a regular expression for the ARNs of a form such as `arn:${Partition}:...`."""
    parts = {
        "Partition": re.escape(partition),
        "Region": re.escape(region),
        "Account": r"(?:[0-9]{12}|\*)",
    }
    pieces = re.split(r"\$\{(\w+)\}", form)
    return "".join(
        parts.get(piece, r"(?:[^/:*]+|\*)") if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    )


def needs_any_resource(action: str) -> bool:
    """Return whether an action cannot be restricted to a resource."""
    service, _, name = action.partition(":")
    by_service = _action_data(service, name)
    return {row["resource_arn_format"] for row in by_service[service]} == {"*"}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
