"""Routes: choices that a reader carries on through a page, and those that share a walkthrough."""

from __future__ import annotations

import pytest

from mkdocs_macros_runbook.verify.block import Block
from mkdocs_macros_runbook.verify.plan import routes


def block(name: str, *tabs: tuple[int, str], language: str = "bash") -> Block:
    return Block(place=name, language=language, parts=(name,), tabs=tabs)


def found(*blocks: Block) -> dict[str, list[str]]:
    by_route = routes(blocks, lambda block: block.language == "bash")
    return {route: [block.place for block in on_route] for route, on_route in by_route.items()}


def test_a_page_without_tabs_has_one_route() -> None:
    assert found(block("a"), block("b")) == {"": ["a", "b"]}


def test_a_label_of_several_groups_is_a_route() -> None:
    page = [block("a", (1, "One")), block("b", (1, "Two")), block("c")]
    page += [block("d", (2, "Two")), block("e", (2, "Other"))]
    assert found(*page) == {"One": list("acd"), "Two": list("bcd"), "Other": list("ace")}


def test_one_group_has_a_route_for_each_tab() -> None:
    page = [block("a", (1, "A")), block("b", (1, "B")), block("c", (1, "C"), language="toml")]
    assert found(*page) == {"A": ["a"], "B": ["b"]}


@pytest.mark.parametrize("count", [1, 5, 40])
def test_groups_with_labels_of_their_own_share_routes(count: int) -> None:
    page = [
        block(f"{number}{tab}", (number, f"{number}{tab}"))
        for number in range(count)
        for tab in "ab"
    ]
    assert found(*page) == {
        "0a": [f"{number}a" for number in range(count)],
        "0b": [f"{number}b" for number in range(count)],
    }


def test_the_widest_group_says_how_many_there_are() -> None:
    page = [block("a", (1, "A")), *(block(name, (2, name)) for name in "xyz"), block("end")]
    assert found(*page) == {
        "A": ["a", "x", "end"],
        "y": ["a", "y", "end"],
        "z": ["a", "z", "end"],
    }


def test_carried_choices_and_shared_ones_on_a_page() -> None:
    page = [block("s", (1, "S")), block("c", (1, "C"))]
    page += [block("x", (2, "X")), block("y", (2, "Y")), block("t", (3, "S")), block("d", (3, "C"))]
    assert found(*page) == {
        "S": list("sxt"),
        "C": list("cxd"),
        "Y": list("syt"),
    }
