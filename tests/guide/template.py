"""What CloudFormation has against the guide's template, and Cognito against its prefixes."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import create_user_pool
from local_aws.answer import Refusal
from local_aws.template import parse
from mkdocs_macros_runbook import Block

_GOOD_PREFIXES = ("a", "mlspace-test", "a" * 54)
_FIELDS = (("DomainPrefix", "AllowedPattern"), ("CallbackUrl", "Default"))
_BAD_PREFIXES = ("my-aws-app", "cognito", "Amazon", "-a", "a" * 55, "")


def is_template(block: Block) -> bool:
    """Return whether a block is a CloudFormation template."""
    return block.language == "yaml" and block.title == "user-pool.yaml"


@cache
def _rules() -> Any:
    from cfnlint.config import ConfigMixIn  # takes a second
    from cfnlint.runner import Runner

    return Runner(ConfigMixIn(include_checks=["I"])).rules


def objections(text: str, region: str) -> Iterator[str]:
    """Tell what CloudFormation's own schemas have against a template, and what its pattern takes.

    With what the template adds to a prefix, every prefix that it takes must be short enough. The
    callback URL is the temporary one of the script, which later steps replace.
    """
    from cfnlint.api import ManualArgs, lint

    config = ManualArgs(include_checks=["I"], regions=[region])
    yield from map(str, lint(text, rules=_rules(), config=config))
    try:
        parameters = parse(text)["Parameters"]
        pattern, url = (parameters[name][key] for name, key in _FIELDS)
    except (Refusal, LookupError, TypeError) as error:
        yield f"the template cannot be read: {error!r}"
        return
    names = argparse.Namespace(user_pool_name="a", app_client_name="a", domain_prefix="a")
    if [url] != create_user_pool.settings_of(names)["CreateUserPoolClient"]["CallbackURLs"]:
        yield f"{url} is not the temporary URL of the script"
    for prefix in _GOOD_PREFIXES:
        whole = re.fullmatch(create_user_pool.DOMAIN_PREFIX, f"{prefix}-1a2b3c4d")
        if not (re.fullmatch(pattern, prefix) and whole):
            yield f"the template does not take the prefix {prefix}"
    for prefix in _BAD_PREFIXES:
        if re.fullmatch(pattern, prefix):
            yield f"the template takes the prefix {prefix!r}, which Cognito refuses"
