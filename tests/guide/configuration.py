"""How a user pool, its app client, style, domain and users are set, as Cognito describes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import boto3


def describe(region: str, user_pool_id: str, client_id: str, domain_prefix: str) -> dict[str, Any]:
    """Return every setting by its dotted name.

    What Cognito chose (IDs, dates) is replaced by a word for it, so that references still compare.
    CloudFormation's own tags are left out.
    """
    cognito = boto3.client("cognito-idp", region_name=region)
    pool = {"UserPoolId": user_pool_id}
    client = pool | {"ClientId": client_id}
    style = cognito.describe_managed_login_branding_by_client(**client)["ManagedLoginBranding"]
    domain = cognito.describe_user_pool_domain(Domain=domain_prefix)["DomainDescription"]
    mfa = cognito.get_user_pool_mfa_config(**pool)
    mfa.pop("ResponseMetadata")
    settings = {
        "user pool": cognito.describe_user_pool(**pool)["UserPool"],
        "MFA": mfa,
        "app client": cognito.describe_user_pool_client(**client)["UserPoolClient"],
        "style": style,
        "domain": domain,
        "users": {
            user["Username"]: {
                "status": user["UserStatus"],
                "enabled": user["Enabled"],
                **{attribute["Name"]: attribute["Value"] for attribute in user["Attributes"]},
            }
            for user in cognito.list_users(**pool)["Users"]
        },
        "all user pools": user_pools(region),
        "all app clients": [
            listed["ClientName"]
            for listed in cognito.list_user_pool_clients(**pool)["UserPoolClients"]
        ],
    }
    words = {
        user_pool_id: "<user pool ID>",
        client_id: "<client ID>",
        style["ManagedLoginBrandingId"]: "<style ID>",
        domain_prefix: "<domain prefix>",
    }
    return dict(_flat("", _with_words(settings, words)))


def user_pools(region: str) -> list[str]:
    """Return the names of all user pools."""
    cognito = boto3.client("cognito-idp", region_name=region)
    return [listed["Name"] for listed in cognito.list_user_pools(MaxResults=60)["UserPools"]]


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict) or not value:
        yield name, value
        return
    for key, inner in value.items():
        if key == "sub":
            inner = "<sub>"  # a user's own ID
        if not key.startswith("aws:"):
            yield from _flat(f"{name}.{key}" if name else key, inner)


def _with_words(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, datetime):
        return "<date>"
    if isinstance(value, dict):
        return {key: _with_words(inner, words) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((_with_words(inner, words) for inner in value), key=str)
    if isinstance(value, str):
        for text, word in words.items():
            value = value.replace(text, word)
    return value
