"""The Cognito resources of CloudFormation, made with the strict operations of Cognito."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import model
from .answer import Members, Refusal
from .region import dns_suffix

Ask = Callable[[str, Members], Members]
"""Performs one Cognito operation in the stack's account and Region."""

ReturnValues = tuple[str, Members]
"""What Ref gives, and what Fn::GetAtt gives."""


@dataclass(frozen=True)
class Kind:
    """A resource type. The operations are named for it: Create..., Update..., Delete..."""

    noun: str
    key: str
    """The member that names the resource when it is updated and deleted."""
    return_values: Callable[[Members, Members], ReturnValues]
    """From the operation's answer and the properties."""
    replaced_with: tuple[str, ...] = ()
    """The properties that cannot change: a new value makes a new resource."""


def perform(ask: Ask, event: Members, *, undoing: bool) -> ReturnValues:
    """What CloudFormation wants done to one resource; perhaps to undo a refused update."""
    kind = KINDS[event["ResourceType"]]
    properties = _properties(event["ResourceProperties"])
    if event["RequestType"] == "Create":
        return _create(ask, kind, event["LogicalResourceId"], properties)
    physical_id: str = event["PhysicalResourceId"]
    if event["RequestType"] == "Delete":
        return _delete(ask, kind, physical_id, properties)
    before = _properties(event["OldResourceProperties"])
    changes = {name for name in properties | before if properties.get(name) != before.get(name)}
    if undoing:
        changes = set()
    for name in _FIXED:
        if name in changes and kind is KINDS["AWS::Cognito::UserPool"]:
            # CloudFormation's own text. Adding custom attributes to a Schema is not done here.
            raise Refusal("InvalidRequest", f"Updates are not allowed for property - {name}.")
    if changes & set(kind.replaced_with):
        return _create(ask, kind, event["LogicalResourceId"], properties)
    return _update(ask, kind, physical_id, properties)


def _properties(properties: Members) -> Members:
    return {name: value for name, value in properties.items() if name != "ServiceToken"}


def _create(ask: Ask, kind: Kind, logical_id: str, properties: Members) -> ReturnValues:
    operation = "AdminCreateUser" if kind.noun == "User" else f"Create{kind.noun}"
    members, mfa = _split(properties)
    # CloudFormation names what the template does not.
    for name in _names(operation, ("PoolName", "ClientName")):
        members.setdefault(name, f"{logical_id}-local")
    return_values = kind.return_values(ask(operation, _typed(operation, members)), properties)
    if mfa:
        ask("SetUserPoolMfaConfig", mfa | {"UserPoolId": return_values[0]})
    return return_values


def _update(ask: Ask, kind: Kind, physical_id: str, properties: Members) -> ReturnValues:
    operation = f"Update{kind.noun}"
    key = {kind.key: physical_id.rpartition("|")[2]}
    members, mfa = _split(properties)
    if kind.noun == "User":
        return physical_id, {}  # every property replaces the user
    # What only creation takes (Schema, GenerateSecret) stays out of an update.
    only_at_creation = set(_names(f"Create{kind.noun}", members)) - set(_names(operation, members))
    rest = {name: value for name, value in members.items() if name not in only_at_creation}
    answer = ask(operation, _typed(operation, rest | key))
    if kind.noun != "UserPool":
        return kind.return_values(answer, properties)
    ask("SetUserPoolMfaConfig", mfa | key)
    return kind.return_values(ask("DescribeUserPool", key), properties)


def _delete(ask: Ask, kind: Kind, physical_id: str, properties: Members) -> ReturnValues:
    operation = "AdminDeleteUser" if kind.noun == "User" else f"Delete{kind.noun}"
    ids = {name: properties[name] for name in _names(operation, properties)}
    try:
        ask(operation, ids | {kind.key: physical_id.rpartition("|")[2]})
    except Refusal as refusal:
        if refusal.code not in ("ResourceNotFoundException", "UserNotFoundException"):
            raise
    return physical_id, {}


def _names(operation: str, names: Members | tuple[str, ...]) -> list[str]:
    """Those of the names that the operation has as members."""
    shape = model.operation_model(operation).input_shape
    return [name for name in names if shape is not None and name in shape.members]


def _typed(operation: str, members: Members) -> Members:
    """CloudFormation hands numbers and booleans as text, and every property it was given."""
    for name in sorted(set(members) - set(_names(operation, members))):
        raise Refusal("InvalidRequest", f"Encountered unsupported property {name}")
    typed: Members = model.typed(model.operation_model(operation).input_shape, members)
    return typed


_FIXED = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration", "Schema")


def _split(properties: Members) -> tuple[Members, Members]:
    """Properties by their names in the operations; apart, what goes to SetUserPoolMfaConfig."""
    rest = {name: value for name, value in properties.items() if name != "ReturnMergedResources"}
    if "UserPoolName" in rest:
        rest["PoolName"] = rest.pop("UserPoolName")
    factors = rest.pop("EnabledMfas", [])
    if not factors or rest.get("MfaConfiguration", "OFF") == "OFF":
        return rest, {}
    if factors != ["SOFTWARE_TOKEN_MFA"]:
        raise Refusal("InvalidRequest", f"The local AWS cannot enable {factors}")
    mfa = {"MfaConfiguration": rest.pop("MfaConfiguration")}
    return rest, mfa | {"SoftwareTokenMfaConfiguration": {"Enabled": True}}


def _user_pool(answer: Members, _: Members) -> ReturnValues:
    pool = answer["UserPool"]
    region = pool["Arn"].split(":")[3]
    provider = f"cognito-idp.{region}.{dns_suffix(region)}/{pool['Id']}"
    named = {"ProviderName": provider, "ProviderURL": f"https://{provider}"}
    return pool["Id"], named | {"Arn": pool["Arn"], "UserPoolId": pool["Id"]}


def _client(answer: Members, _: Members) -> ReturnValues:
    client = answer["UserPoolClient"]
    named = {"ClientId": client["ClientId"], "Name": client["ClientName"]}
    return client["ClientId"], named | {"ClientSecret": client.get("ClientSecret", "")}


def _domain(answer: Members, properties: Members) -> ReturnValues:
    return properties["Domain"], {"CloudFrontDistribution": answer.get("CloudFrontDomain", "")}


def _style(answer: Members, _: Members) -> ReturnValues:
    style = answer["ManagedLoginBranding"]
    style_id = style["ManagedLoginBrandingId"]
    return f"{style['UserPoolId']}|{style_id}", {"ManagedLoginBrandingId": style_id}


_USER_PROPERTIES = (
    "UserPoolId",
    "Username",
    "UserAttributes",
    "ClientMetadata",
    "DesiredDeliveryMediums",
    "ForceAliasCreation",
    "MessageAction",
    "ValidationData",
)

KINDS = {
    "AWS::Cognito::UserPool": Kind("UserPool", "UserPoolId", _user_pool),
    "AWS::Cognito::UserPoolClient": Kind(
        "UserPoolClient", "ClientId", _client, ("UserPoolId", "GenerateSecret")
    ),
    "AWS::Cognito::UserPoolDomain": Kind(
        "UserPoolDomain", "Domain", _domain, ("UserPoolId", "Domain")
    ),
    "AWS::Cognito::ManagedLoginBranding": Kind(
        "ManagedLoginBranding", "ManagedLoginBrandingId", _style, ("UserPoolId", "ClientId")
    ),
    "AWS::Cognito::UserPoolUser": Kind(
        "User",
        "Username",
        lambda answer, _: (answer["User"]["Username"], {}),
        _USER_PROPERTIES,
    ),
}
