"""Worlds: what authors give the blocks of walkthroughs, by the fixture `runbook_world`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from sysconfig import get_path
from traceback import extract_tb

from ...problem import Failure
from .walkthrough import Walkthrough

_PLUGIN = Path(__file__).parents[2]
#: folders of what authors call, and of what calls them
_NOT_OF_AUTHORS = (_PLUGIN, *map(Path, map(get_path, ("stdlib", "purelib"))))
#: returns a context manager that yields environment variables for the blocks of a walkthrough
World = Callable[[Walkthrough], AbstractContextManager[Mapping[str, str]]]


def open_world(world: World, walkthrough: Walkthrough) -> ExitStack:
    """Open the world of `walkthrough`, and return what closes it.

    Raises `Failure`, with the walkthrough closed, if the author's code raises anything.
    """
    stack = ExitStack()
    try:
        walkthrough.reset(_environment(stack.enter_context(world(walkthrough))))
    except BaseException as error:
        walkthrough.close()
        with suppress(Exception):  # the first error is the one to report
            stack.close()
        if not isinstance(error, Exception):  # an interrupt
            raise
        raise author_failure("cannot start the walkthrough: runbook_world", error) from None
    return stack


def close_world(stack: ExitStack) -> None:
    """Close a world; raise `Failure` if the author's code raises anything."""
    try:
        stack.close()
    except Exception as error:
        raise author_failure("runbook_world", error) from None


def author_failure(name: str, error: Exception) -> Failure:
    """Return the failure of the author's fixture or hook `name`, which raised `error`."""
    return Failure(f"{name} failed: {_described(error)}", fix="fix it in conftest.py")


def _environment(yielded: object) -> Mapping[str, str]:
    """Return what a world yielded, if it is an environment."""
    if not isinstance(yielded, Mapping):
        raise TypeError(f"it must yield a mapping of environment variables, got {yielded!r}")
    for name, text in yielded.items():
        if not isinstance(name, str) or not name or {*"=\0"} & {*name}:
            raise TypeError(f"{name!r} is not the name of an environment variable")
        if not isinstance(text, str):
            raise TypeError(f"{name} must be a string, got {text!r}")
        if "\0" in text:
            raise TypeError(f"{name} must be a string without NUL characters, got {text!r}")
    if "PATH" in yielded and not shutil.which("bash", path=yielded["PATH"]):
        raise TypeError(
            f"PATH has no bash in it: {yielded['PATH']!r}; begin with os.environ['PATH']"
        )
    return yielded


def _described(error: Exception) -> str:
    """Return what an author's code raised, and where."""
    trace = extract_tb(error.__traceback__)
    if Path(trace[-1].filename).is_relative_to(_PLUGIN):  # what the author's code returned is wrong
        return str(error)
    steps = [step for step in trace if _is_of_author(step.filename)] or trace
    place = f"{Path(steps[-1].filename).name}, line {steps[-1].lineno}"
    return f"{type(error).__name__}: {error} ({place})"


def _is_of_author(file: str) -> bool:
    return not any(Path(file).is_relative_to(folder) for folder in _NOT_OF_AUTHORS)
