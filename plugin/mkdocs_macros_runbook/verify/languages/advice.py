"""Messages of programs: mistakes after which Python goes on, and advice for common failures."""

from __future__ import annotations

import re

# what Python prints of a mistake, and then goes on
_NOTICE = re.compile(
    r"^.*: (RuntimeWarning: coroutine '.*' was never awaited)$"
    r"|^(?:--- Logging error ---|exception calling callback .*|Process .+:"
    r"|Exception (?:in thread|ignored in|occurred during processing of request from)\b.*"
    r"|Error in atexit\._run_exitfuncs:|Exception in callback .*\nhandle: .*"
    r"|Task exception was never retrieved\nfuture: .*)(?=\nTraceback)",
    re.MULTILINE,
)
_OTHER_HOST = (
    r"127\.0\.0\.1(?: port |:)9\b|reach only this machine|[Cc]onnection refused|ECONNREFUSED"
    r"|[Nn]ame resolution|Could not resolve|getaddrinfo|[Nn]etwork is unreachable"
    r"|No matching distribution"
)
# for commands that serve, ask somebody, or need another host
_ADVICE = {
    r"took longer than": "if the command is a server or watches files, put `&` after it",
    r"EOFError|unsettled top-level await": "blocks get no input: pipe it into the command",
    _OTHER_HOST: "if it needs another host, which no block can reach, serve what it needs in"
    " `runbook_world`, or exempt the block",
    r"missing separator": "Markdown turns tabs into spaces: set `preserve_tabs: true` for"
    " pymdownx.superfences",
    r"commands are incomplete": "close the quote, the loop or the here-document",
    r"block printed more than": "write the output to a file",
    r"before (?:the block's|its) last line": "remove the exit, or make it the last statement",
}


def error_of_notice(errors: str, code: str) -> str:
    """Return the error in what was printed on standard error; empty if there is none.

    `code` may look itself at how its processes end.
    """
    for notice in _NOTICE.finditer(errors):
        if not (notice[0].startswith("Process ") and "exitcode" in code):
            line = notice[0].partition("\n")[0].rstrip(":")
            return notice[1] or f"Python printed {line!r}"
    return ""


def advice(*texts: str) -> str:
    """Return a fix for a command that fails with these messages; empty if none is known."""
    return next(
        (fix for sign, fix in _ADVICE.items() if any(re.search(sign, text) for text in texts)), ""
    )
