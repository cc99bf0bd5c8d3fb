"""Parameters that a block sets to values that it printed."""

from __future__ import annotations

from collections.abc import Sequence

from ...problem import Failure, suggestion
from ...values.printed_values import printed_value
from ...values.resolution import Override, Values, resolve
from ..block import Block


def with_printed_values(values: Values, block: Block, streams: Sequence[str]) -> Values:
    """Return `values` with those that `block` sets; raise `Failure` if one was not printed.

    `streams` are what the block printed.
    """
    overrides = dict(values.overrides)
    for name, key in block.sets.items():
        if name not in values.declaration.parameters:
            hint = suggestion(name, values.declaration.parameters)
            message = f"the fence sets {name!r}, which is not a parameter{hint}"
            raise Failure(message, fix="name one that mkdocs.yml declares")
        texts = [printed_value(key, text) for text in streams]
        value = next((text for text in texts if text is not None), None)
        if value is None:
            message = f'the fence has sets="{name}", but the output contains no {key!r}'
            fix = "print a JSON object, or lines such as `key: value`"
            raise Failure(message, actual="\n".join(streams).strip() or "nothing", fix=fix)
        overrides[name] = Override(value, f"the output of {block.place}")
    return resolve(values.declaration, overrides)
