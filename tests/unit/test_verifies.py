"""What cannot be a verifier is refused where an author writes it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from mkdocs_macros_runbook import verifies


async def waits(block: Any, walkthrough: Any) -> None: ...


def yields(block: Any, walkthrough: Any) -> Iterator[None]:
    yield


async def waits_and_yields(block: Any, walkthrough: Any) -> AsyncIterator[None]:
    yield


@pytest.mark.parametrize("function", [waits, yields, waits_and_yields])
def test_a_function_that_a_call_does_not_run(function: Any) -> None:
    with pytest.raises(TypeError, match=f"{function.__name__} must be a function without `async`"):
        verifies("csv")(function)


@pytest.mark.parametrize("languages", [(), (waits,)])
def test_no_language(languages: Any) -> None:
    with pytest.raises(TypeError, match="name the languages in parentheses"):
        verifies(*languages)
