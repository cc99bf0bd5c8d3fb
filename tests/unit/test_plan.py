"""Routes: choices that a reader carries on through a page, and those that share a walkthrough."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mkdocs_macros_runbook.verify.block import Block
from mkdocs_macros_runbook.verify.languages import BUILT_IN
from mkdocs_macros_runbook.verify.plans.page_plans import blocks_to_verify
from mkdocs_macros_runbook.verify.plans.routes import routes
from mkdocs_macros_runbook.verify.site.built_page import BuiltPage
from mkdocs_macros_runbook.verify.walkthrough import verifier


@pytest.fixture(autouse=True)
def _verifiers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "_VERIFIERS", {**BUILT_IN})  # not those of the guide


def block(name: str, *tabs: tuple[int, str], language: str = "bash") -> Block:
    return Block(place=name, language=language, parts=(name,), tabs=tabs)


def places_by_route(*blocks: Block) -> dict[str, list[str]]:
    return {
        route: [block.place for block in on_route] for route, on_route in routes(blocks).items()
    }


def test_a_page_without_tabs_has_one_route() -> None:
    assert places_by_route(block("a"), block("b")) == {"": ["a", "b"]}


def test_a_label_of_several_groups_is_a_route() -> None:
    page = [block("a", (1, "One")), block("b", (1, "Two")), block("c")]
    page += [block("d", (2, "Two")), block("e", (2, "Other"))]
    assert places_by_route(*page) == {"One": list("acd"), "Two": list("bcd"), "Other": list("ace")}


def test_one_group_has_a_route_for_each_tab() -> None:
    page = [block("a", (1, "A")), block("b", (1, "B")), block("c", (1, "C"), language="csv")]
    assert places_by_route(*page) == {"A": ["a"], "B": ["b"]}


@pytest.mark.parametrize("count", [1, 5, 40])
def test_groups_with_labels_of_their_own_share_routes(count: int) -> None:
    page = [
        block(f"{number}{tab}", (number, f"{number}{tab}"))
        for number in range(count)
        for tab in "ab"
    ]
    assert places_by_route(*page) == {
        "0a": [f"{number}a" for number in range(count)],
        "0b": [f"{number}b" for number in range(count)],
    }


def test_the_widest_group_says_how_many_there_are() -> None:
    page = [block("a", (1, "A")), *(block(name, (2, name)) for name in "xyz"), block("end")]
    assert places_by_route(*page) == {
        "A": ["a", "x", "end"],
        "y": ["a", "y", "end"],
        "z": ["a", "z", "end"],
    }


def test_carried_choices_and_shared_ones_on_a_page() -> None:
    page = [block("s", (1, "S")), block("c", (1, "C"))]
    page += [block("x", (2, "X")), block("y", (2, "Y")), block("t", (3, "S")), block("d", (3, "C"))]
    assert places_by_route(*page) == {
        "S": list("sxt"),
        "C": list("cxd"),
        "Y": list("syt"),
    }


def pages_of_output() -> dict[str, tuple[list[Block], dict[str, list[str]]]]:
    """Return groups of tabs with output, and their routes."""
    code, other = block("c", (1, "Code")), block("o", (1, "Other"))
    text = block("t", (1, "Output"), language="text")
    json = block("j", (1, "JSON"), language="json")
    return {
        "output": ([code, text], {"Code": ["c", "t"]}),
        "of both": ([code, other, text], {"Code": ["c", "t"], "Other": ["o", "t"]}),
        "of one": ([code, text, other], {"Code": ["c", "t"], "Other": ["o"]}),
        "two forms": ([code, text, json], {"Code": ["c", "t", "j"]}),
        "before the code": ([text, code], {"Code": ["c"]}),
        "data before the code": ([json, code], {"JSON": ["j"], "Code": ["c"]}),
        "code with its output": (
            [code, block("x", (1, "Code"), language="text"), text],
            {"Code": ["c", "x"]},
        ),
        "without code": (
            [block("p"), text, block("u", (1, "Other"), language="text")],
            {"": ["p", "t"]},
        ),
        "the label of a route": (
            [code, text, block("d", (2, "Code")), block("e", (2, "Output"))],
            {"Code": ["c", "d"], "Output": ["t", "e"]},
        ),
    }


@pytest.mark.parametrize("name", pages_of_output())
def test_a_tab_of_output_goes_with_what_prints_it(name: str) -> None:
    page, expected = pages_of_output()[name]
    assert places_by_route(*page) == expected


@pytest.mark.parametrize("second", ["pip uv", "conda poetry"])
def test_tabs_inside_tabs_are_all_on_a_route(second: str) -> None:
    outer, inner = ["pip", "uv"], ["Linux", "macOS"]
    page = [
        block(f"{group}{out}{in_}", (group, out), (group + place, in_))
        for group, labels in ((1, outer), (4, second.split()))
        for place, out in enumerate(labels, start=1)
        for in_ in inner
    ]
    by_route = places_by_route(*page)
    assert {name for on_route in by_route.values() for name in on_route} == {
        one.place for one in page
    }
    assert by_route["macOS in uv"][0] == "1uvmacOS"
    assert all(len(on_route) == 2 for on_route in by_route.values())
    if second == "pip uv":
        assert [*by_route] == ["pip", "uv", "Linux", "macOS", "macOS in uv"]
        assert by_route["macOS in uv"] == ["1uvmacOS", "4uvmacOS"]


def test_tabs_of_files_are_no_alternatives() -> None:
    tab = block("a", (1, "main.py")), block("b", (1, "utils.py")), block("c", (2, "a")), block("d")
    titles = "main.py", "app/utils.py", "main.py", ""
    page = BuiltPage(
        "p.md",
        [
            replace(one, attributes={"title": (title,)} if title else {})
            for one, title in zip(tab, titles, strict=True)
        ],
    )
    tabs = [one.tabs for one in blocks_to_verify(page)]
    assert tabs == [(), (), ((2, "a"),), ()]
    page.blocks[1] = replace(page.blocks[1], attributes={})
    assert [one.tabs for one in blocks_to_verify(page)] == [one.tabs for one in page.blocks]


def test_output_does_not_keep_groups_from_sharing_routes() -> None:
    page = [
        one
        for number, labels in enumerate(("ab", "cd"))
        for one in (
            *(block(label, (number, label)) for label in labels),
            block(f"{number}", (number, "Output"), language="text"),
        )
    ]
    assert places_by_route(*page) == {"a": ["a", "0", "c", "1"], "b": ["b", "0", "d", "1"]}


def test_a_tab_of_output_inside_a_tab() -> None:
    page = [
        block("a", (1, "pip"), (2, "Code")),
        block("b", (1, "pip"), (2, "Output"), language="text"),
        block("c", (1, "uv"), (3, "Code")),
        block("d", (1, "uv"), (3, "Output"), language="text"),
    ]
    assert places_by_route(*page) == {"pip": ["a", "b"], "Code": ["a", "b"], "uv": ["c", "d"]}
