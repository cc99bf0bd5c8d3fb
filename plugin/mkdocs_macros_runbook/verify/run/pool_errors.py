"""Exceptions in pools of threads and processes that a Python block never asks for.

The server imports this file by its name alone, like `python_block.py`, which uses it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from types import MethodType
from typing import Any


class PoolErrors:
    """Keeps each exception until the block asks for the result of its call, or gives that up.

    A block that has got one of them knows that calls fail: it may leave out the others.
    """

    def __init__(self) -> None:
        self._by_result: dict[Any, BaseException] = {}
        self._is_one_read = False

    def watch(self, code: bytes) -> None:
        """Watch the pools that `code` may have; it would import their modules anyway."""
        if b"concurrent" in code:
            from concurrent.futures import Future

            self._keep(Future, "set_exception", lambda _, error: error)
            self._forget(Future, "result", "exception", "cancel")
        if b"multiprocessing" in code and b"_async" in code:
            from multiprocessing.pool import ApplyResult, MapResult

            self._keep(ApplyResult, "_set", _error_of_process)
            self._keep(MapResult, "_set", _error_of_process)
            self._forget(ApplyResult, "get", "successful")

    def unread(self) -> list[BaseException]:
        """Return the exceptions that the block did not ask for, if it has got none."""
        return [] if self._is_one_read else [*self._by_result.values()]

    def _keep(self, kind: type, name: str, error_of: Callable[..., Any]) -> None:
        """Keep the error of each result of a `kind`, whose method `name` ends its call."""
        end = getattr(kind, name)

        def end_and_keep(result: Any, *values: Any) -> None:
            if error := error_of(result, *values):
                if hasattr(result, "_runbook_is_read"):
                    self._is_one_read = True
                else:
                    self._by_result[result] = error
            end(result, *values)

        setattr(kind, name, end_and_keep)

    def _forget(self, kind: type, *names: str) -> None:
        """Forget the error of each result of a `kind` of which the block uses a method."""

        def forget(result: Any) -> None:
            result._runbook_is_read = True
            self._is_one_read |= self._by_result.pop(result, None) is not None

        for name in names:
            method = getattr(kind, name)
            if not isinstance(method, _Method):
                setattr(kind, name, _Method(method, forget))


class _Method:
    """A method that tells when it is used; no call from here is in a traceback."""

    def __init__(self, function: Callable[..., Any], tell: Callable[[Any], None]) -> None:
        self._function, self._tell = function, tell
        update_wrapper(self, function)

    def __get__(self, one: Any, kind: type) -> Callable[..., Any]:
        if one is None:
            return self
        self._tell(one)
        return MethodType(self._function, one)

    def __call__(self, one: Any, *values: Any, **named: Any) -> Any:
        """Call the method of the class, as `Future.result` in `map(Future.result, futures)`."""
        return self.__get__(one, type(one))(*values, **named)


def _error_of_process(result: Any, _: int, end: tuple[bool, Any]) -> Any:
    """Return the error of a call in a process, unless a function of the block gets it."""
    is_right, value = end
    return None if is_right or result._error_callback else value
