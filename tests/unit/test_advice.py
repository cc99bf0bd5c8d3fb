"""Advice for commands that fail as many do."""

from __future__ import annotations

import pytest

from mkdocs_macros_runbook.verify.languages.advice import advice


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("the block took longer than 60 s (limit: runbook_seconds)", "put `&` after it"),
        ("EOFError: EOF when reading a line", "pipe it into the command"),
        ("curl: (7) Failed to connect to 127.0.0.1 port 9", "runbook_world"),
        ("npm ERR! request to … failed, connect ECONNREFUSED 127.0.0.1:9", "runbook_world"),
        ("ERROR: No matching distribution found for httpx", "runbook_world"),
        ("httpx.ConnectError: [Errno 111] Connection refused", "runbook_world"),
        ("fatal: Could not resolve host: github.com", "runbook_world"),
        ("the commands are incomplete: bash waits for more lines", "close the quote"),
        ("Makefile:2: *** missing separator.  Stop.", "preserve_tabs"),
        ("the block printed more than 1,000,000 characters", "write the output to a file"),
        ("the shell exited before the block's last line", "the last statement"),
        ("Node.js ended before the block's last line", "the last statement"),
        ("the block ended its process before its last line", "the last statement"),
    ],
)
def test_usual_failures_have_advice(message: str, expected: str) -> None:
    assert expected in advice("a command ended with code 1", f"first\n{message}\nlast")


@pytest.mark.parametrize("message", ["", "AssertionError", "listening on 127.0.0.1:9000"])
def test_other_failures_have_none(message: str) -> None:
    assert not advice("a command ended with code 1", message)
