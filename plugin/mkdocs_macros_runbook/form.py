"""The form: what the reader's script is told of parameters and derived values.

It travels in the page's own text, from the pluglet to the Markdown extension, since that is the
one way that both site generators have: JSON between two noncharacters at the end of a page.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from .parameter import Facts, Parameter
from .template import fields
from .values import Values

_OPEN, _CLOSE = "\ufdd3", "\ufdd4"
# In an attribute each quotation mark of JSON would take six characters, an apostrophe takes one.
_SWAPPED = str.maketrans("\"'", "'\"")
_OPTION = "{}"  # stands for the option itself in a fact
_NAME = "name"  # the fact that a list of options shows beside each


def form_of(values: Values) -> str:
    """Return the form of `values`, to be written at the end of a page."""
    parameters = values.declaration.parameters
    given = {name: override.value for name, override in values.overrides.items()}
    told = {
        "parameters": {name: _parameter(parameters[name], values) for name in parameters},
        "derived": dict(values.declaration.derived),
        # Another network has another rack: then the default is wanted, not the publisher's.
        "overrides": {name: text for name, text in given.items() if parameters[name].bound_to},
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return f"{_OPEN}{text.translate(_SWAPPED)}{_CLOSE}"


def take_form(text: str) -> tuple[str, str]:
    """Return a page's text without the form, and the form: empty where it has none."""
    if _OPEN not in text:
        return text, ""
    before, _, rest = text.partition(_OPEN)
    form, _, after = rest.partition(_CLOSE)
    return before.removesuffix("\n") + after, form


def _parameter(parameter: Parameter, values: Values) -> dict[str, Any]:
    default = parameter.default
    if parameter.name in values.overrides and not parameter.bound_to:
        default = values.overrides[parameter.name].value
    told: dict[str, Any] = {
        "label": parameter.label,
        "help": parameter.help,
        "default": default,
    }
    if parameter.options is None:
        return {**told, "pattern": parameter.pattern}
    wanted = {_NAME} | {
        field.fact
        for template in values.declaration.templates.values()
        for field in fields(template)
        if field.name == parameter.name and field.fact
    }
    facts = {
        fact: _table(parameter.options, fact)
        for fact in sorted(wanted)
        if any(fact in known for known in parameter.options.values())
    }
    return {**told, "options": [*parameter.options], "facts": facts}


def _table(options: Mapping[str, Facts], fact: str) -> tuple[str, Mapping[str, str]]:
    """Return what most options have as a fact, and what those have that differ.

    A host that holds the option's own name is the same for all: `host.{}.example`. So a
    page carries a few hundred characters instead of a table.
    """
    texts = {
        option: facts.get(fact, "").replace(option, _OPTION) for option, facts in options.items()
    }
    common = _commonest(texts.values())
    return common, {option: text for option, text in texts.items() if text != common}


def _commonest(texts: Iterable[str]) -> str:
    return Counter(texts).most_common(1)[0][0]
