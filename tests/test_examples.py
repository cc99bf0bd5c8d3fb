"""Every Python block of the guide, as readers see it: run, its output compared, linted.

pytest-examples finds the blocks in the pages as the site generator rendered them, with every value
set. What fails is said with page and line.
"""

from __future__ import annotations

import pytest
from pytest_examples import CodeExample, EvalExample, find_examples

import sites
from value_sets import VALUE_SETS

RENDERED = {name: sites.render(values) for name, values in VALUE_SETS.items()}


def blocks() -> list[object]:
    """Return the blocks, each with an id such as `regions.md:151[default]`.

    An excerpt is no program of its own: test_companion_scripts.py runs the script that it is of.
    """
    return [
        pytest.param(block, id=f"{block.path.relative_to(pages)}:{block.start_line}[{name}]")
        for name, pages in RENDERED.items()
        for block in find_examples(pages)
        if "excerpt" not in block.prefix_tags()
    ]


@pytest.mark.parametrize("block", blocks())
def test_python_block(block: CodeExample, eval_example: EvalExample) -> None:
    eval_example.set_config(quotes="single", line_length=160, ruff_select=["E", "F", "W"])
    failure = None
    try:
        eval_example.lint(block)
        eval_example.run_print_check(block)
    except (Exception, SystemExit) as error:
        failure = f"{block}: {type(error).__name__}: {error}"
    # Said here, and not by pytest: on Python 3.11 the traceback that pytest-examples makes of an
    # error in a block takes pytest down with it.
    if failure:
        pytest.fail(failure, pytrace=False)


def test_every_python_fence_was_found() -> None:
    """Count with another instrument than the one that runs."""
    for pages in RENDERED.values():
        fences = sum(
            line.strip().startswith(("```py", "~~~py", "```{.py"))
            for page in pages.rglob("*.md")
            for line in page.read_text(encoding="utf-8").splitlines()
        )
        assert len(list(find_examples(pages))) == fences >= 2
