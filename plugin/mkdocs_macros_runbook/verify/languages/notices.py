"""Notices: what Python prints of a mistake, and then goes on."""

from __future__ import annotations

import re

_NOTICE = re.compile(
    r"^.*: (RuntimeWarning: coroutine '.*' was never awaited)$"
    r"|^(?:--- Logging error ---|exception calling callback .*|Process .+:"
    r"|Exception (?:in thread|ignored in|occurred during processing of request from)\b.*"
    r"|Error in atexit\._run_exitfuncs:|Exception in callback .*\nhandle: .*"
    r"|Task exception was never retrieved\nfuture: .*)(?=\nTraceback)",
    re.MULTILINE,
)


def error_of_notice(errors: str, code: str) -> str:
    """Return the error in what was printed on standard error; empty if there is none.

    `code` may look itself at how its processes end.
    """
    for notice in _NOTICE.finditer(errors):
        if not (notice[0].startswith("Process ") and "exitcode" in code):
            line = notice[0].partition("\n")[0].rstrip(":")
            return notice[1] or f"Python printed {line!r}"
    return ""
