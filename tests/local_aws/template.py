"""CloudFormation templates, rewritten so that our layer makes the Cognito resources.

The emulator makes them behind the layer's back, without its rules, and refuses login page
styles and users. As custom resources it hands them to the layer, and keeps doing all else:
the order, references, conditions, change sets, updates, rollback and deletion.
"""

from __future__ import annotations

import json
from typing import Any

import yaml

from .answer import Refusal
from .resource import KINDS

_CUSTOM = "Custom::AWS-Cognito-"
_OWN = "AWS::Cognito::"


class _Loader(yaml.SafeLoader):
    """YAML as CloudFormation reads it: `!Ref x` is `{"Ref": "x"}`, and a date is a string."""


def _function(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _function)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parse(body: str) -> dict[str, Any]:
    try:
        template = yaml.load(body, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise Refusal("ValidationError", f"Template format error: {error}") from None
    if not isinstance(template, dict):
        raise Refusal("ValidationError", "Template format error: unsupported structure.")
    return template


def lifted(body: str, service_token: str, pseudo: dict[str, str]) -> str:
    """The template with its Cognito resources handed to the layer, as JSON."""
    template = parse(body)
    for resource in (template.get("Resources") or {}).values():
        if isinstance(resource, dict) and resource.get("Type") in KINDS:
            resource["Type"] = resource["Type"].replace(_OWN, _CUSTOM)
            properties = resource.get("Properties") or {}
            resource["Properties"] = properties | {"ServiceToken": service_token}
    return json.dumps(_with_pseudo_parameters(template, pseudo))


def restored(body: bytes) -> bytes:
    """An answer with the types that the template has."""
    return body.replace(_CUSTOM.encode(), _OWN.encode())


def own_type(custom_type: str) -> str:
    return custom_type.replace(_CUSTOM, _OWN)


def _with_pseudo_parameters(value: Any, pseudo: dict[str, str]) -> Any:
    """AWS::Partition and AWS::URLSuffix as values: the emulator knows only those of `aws`."""
    if isinstance(value, list):
        return [_with_pseudo_parameters(item, pseudo) for item in value]
    if isinstance(value, str):
        for name, text in pseudo.items():
            value = value.replace(f"${{{name}}}", text)
        return value
    if not isinstance(value, dict):
        return value
    if list(value) == ["Ref"] and value["Ref"] in pseudo:
        return pseudo[value["Ref"]]
    return {name: _with_pseudo_parameters(item, pseudo) for name, item in value.items()}
