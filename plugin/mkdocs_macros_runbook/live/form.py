"""The data of the form: what the client script needs of parameters and derived values."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..values.parameter import Parameter, Properties
from ..values.printed_values import RULE
from ..values.resolution import Values
from ..values.template import fields

# In an attribute each quotation mark of JSON would take six characters, an apostrophe takes one.
_SWAPPED = str.maketrans("\"'", "'\"")
_OPTION = "{}"  # stands for the option itself in a property
#: names for characters that a value may not have, beside that of a hidden one
_SIGNS = {"'": "apostrophe", '"': "quotation_mark", "\n": "line_break", "hidden": "hidden"}
_NAME = "name"  # the property that a list of options shows beside each


def form_data(values: Values) -> str:
    """Return the form's data: JSON with quotation marks and apostrophes swapped."""
    parameters = values.declaration.parameters
    fixed = [name for name, parameter in parameters.items() if parameter.is_fixed]
    data = {
        "parameters": {
            name: _parameter(parameters[name], values) for name in parameters if name not in fixed
        },
        # To readers, what they cannot set is like what is derived from nothing.
        "derived": {
            **{name: values.by_name[name] for name in fixed},
            **values.declaration.derived,
        },
        # Another network has another rack: then the default is wanted, not the publisher's.
        "overrides": {
            name: override.value
            for name, override in values.overrides.items()
            if parameters[name].bound_to
        },
    }
    texts = values.declaration.texts
    data["output"] = RULE
    data["texts"] = texts
    data["signs"] = {sign: texts[key] for sign, key in _SIGNS.items()}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_SWAPPED)


def _parameter(parameter: Parameter, values: Values) -> dict[str, Any]:
    default = parameter.default
    if parameter.name in values.overrides and not parameter.bound_to:
        default = values.overrides[parameter.name].value
    data: dict[str, Any] = {
        "label": parameter.label,
        "help": parameter.help,
        "default": default,
    }
    if parameter.is_example and not values.is_set(parameter.name):
        data["example"] = True
    if parameter.find:
        data["find"] = parameter.find
    if parameter.characters:
        data["characters"] = parameter.characters
    if parameter.options is None:
        return {**data, "pattern": parameter.pattern}
    names = {_NAME} | {
        field.property
        for template in values.declaration.templates.values()
        for field in fields(template)
        if field.name == parameter.name and field.property
    }
    tables = {
        name: _table(parameter.options, name)
        for name in sorted(names)
        if any(name in properties for properties in parameter.options.values())
    }
    return {**data, "options": [*parameter.options], "properties": tables}


def _table(options: Mapping[str, Properties], name: str) -> tuple[str, Mapping[str, str]]:
    """Return the text that most options have as a property, and those of the other options.

    A host that contains the option's own name is the same for all: `host.{}.example`. So a page
    carries a few hundred characters instead of a table.
    """
    texts = {
        option: properties.get(name, "").replace(option, _OPTION)
        for option, properties in options.items()
    }
    ((common, _),) = Counter(texts.values()).most_common(1)
    return common, {option: text for option, text in texts.items() if text != common}
