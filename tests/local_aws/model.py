"""What botocore's service model says about a call: its shape, and who may send it.

boto3 itself checks types, required members and minimum lengths before it sends anything.
AWS also checks patterns, maximum lengths and enumerations, and so does this module.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import botocore.session
import regex
from botocore.model import (
    ListShape,
    MapShape,
    OperationModel,
    ServiceModel,
    Shape,
    StringShape,
    StructureShape,
)

from .answer import Members, Refusal

_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
}


@functools.cache
def service_model() -> ServiceModel:
    model: ServiceModel = botocore.session.Session().get_service_model("cognito-idp")
    return model


def operation_model(operation: str) -> OperationModel:
    """The operation, or AWS's refusal of one that it does not know."""
    if operation not in service_model().operation_names:
        raise Refusal("UnknownOperationException", "")
    return service_model().operation_model(operation)


def needs_credentials(operation: OperationModel) -> bool:
    return str(operation.auth_type) != "none"


def check(operation: OperationModel, members: Members) -> None:
    """Refuse what breaks the model, all of it in one text, as AWS does."""
    if operation.input_shape is None:
        return
    violations = list(_violations(operation.input_shape, members, ""))
    if violations:
        count = f"{len(violations)} validation error{'s' if len(violations) > 1 else ''} detected"
        raise Refusal("InvalidParameterException", f"{count}: {'; '.join(violations)}")


def _violations(shape: Shape, value: Any, where: str) -> Iterator[str]:
    kinds = _PYTHON_TYPES.get(shape.type_name)
    if getattr(shape, "is_document_type", False):
        return
    if kinds and (not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)):
        raise Refusal("SerializationException", f"{where}: expected {shape.type_name}")
    for constraint in _broken(shape, value):
        yield (
            f"Value '{value}' at '{where}' failed to satisfy constraint: Member must {constraint}"
        )
    if isinstance(shape, StructureShape):
        for name in shape.required_members:
            if value.get(name) is None:
                yield (
                    f"Value null at '{_at(where, name)}' failed to satisfy constraint: "
                    "Member must not be null"
                )
        for name, member in shape.members.items():
            if value.get(name) is not None:
                yield from _violations(member, value[name], _at(where, name))
    elif isinstance(shape, ListShape):
        for number, item in enumerate(value, start=1):
            yield from _violations(shape.member, item, f"{where}.{number}.member")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from _violations(shape.key, key, f"{where}.key")
            yield from _violations(shape.value, item, f"{where}.{key}.member")


def typed(shape: Shape, value: Any) -> Any:
    """A value whose numbers and booleans are text, with the types of its shape."""
    if isinstance(shape, StructureShape) and isinstance(value, dict) and shape.members:
        return {
            name: typed(shape.members[name], item) if name in shape.members else item
            for name, item in value.items()
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [typed(shape.member, item) for item in value]
    if shape.type_name == "boolean" and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if shape.type_name in ("integer", "long") and str(value).lstrip("-").isdigit():
        return int(value)
    return value


def _at(where: str, name: str) -> str:
    member = name[0].lower() + name[1:]
    return f"{where}.{member}" if where else member


def _broken(shape: Shape, value: Any) -> Iterator[str]:
    """The constraints of one shape that one value breaks."""
    size = value if shape.type_name in ("integer", "long") else None
    size = len(value) if isinstance(value, str | list | dict) else size
    lowest, highest = shape.metadata.get("min"), shape.metadata.get("max")
    measure = "have length" if isinstance(value, str | list | dict) else "have value"
    if size is not None and lowest is not None and size < lowest:
        yield f"{measure} greater than or equal to {lowest}"
    if size is not None and highest is not None and size > highest:
        yield f"{measure} less than or equal to {highest}"
    pattern = shape.metadata.get("pattern")
    # AWS's \w has ASCII's letters, and \p{L} those of every language.
    flags = 0 if pattern is None or r"\p" in pattern else regex.ASCII
    if pattern and isinstance(value, str) and not regex.fullmatch(pattern, value, flags):
        yield f"satisfy regular expression pattern: {pattern}"
    if isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield f"satisfy enum value set: [{', '.join(shape.enum)}]"
