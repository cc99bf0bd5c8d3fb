#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Set the OIDC URL and the client ID in the application's constants file.

In a TypeScript file it sets the two constants that the application reads:

    export const OIDC_URL = '...';
    export const OIDC_CLIENT_NAME = '...';    (the client ID of the app client)

Every other byte of the file stays as it is. A constant that is missing, declared twice or
computed is refused, and then nothing is written. A second run changes nothing.

It leaves behind the changed file, and nothing else. It needs no AWS account.

    python set_oidc_constants.py --dry-run --client-id <client ID> --oidc-url <OIDC URL>
    python set_oidc_constants.py --file lib/constants.ts --client-id <client ID> \\
        --oidc-url <OIDC URL>

It prints one JSON object: file, oidc_url, client_id, changed, dry_run, changes (constant, line,
from, to) and overridden_by (file, constant, value): what a config.json or config.<account>.json
beside the file sets differently. The application puts those files over its constants.
"""

import argparse
import json
import os
import re
import secrets
import shutil
import sys
from pathlib import Path
from typing import Any, NamedTuple

if sys.version_info < (3, 11):  # noqa: UP036 - where python3 is an older one
    sys.exit("error: found an older Python; use 3.11 or newer, or uv run in place of python3")

HTTPS_URL = r"https://[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*(:[0-9]{1,5})?(/[0-9A-Za-z._~%+-]+)*"
CLIENT_ID = r"[0-9A-Za-z]{1,128}"
CONFIG_FILE = r"config(\.[0-9]+)?\.json"

# TypeScript, as far as it takes to tell code from comments and from what is in quotes.
# Bytes that are not UTF-8 are read as \udc80 to \udcff, and written back as they were.
LETTER = r"[\w$\udc80-\udcff]"
NEWLINE = r"[\r\n\u2028\u2029]"
LINE = rf"(?:(?!{NEWLINE}).)*"
COMMENT = re.compile(rf"\A\ufeff?#!{LINE}|[\s\ufeff]+|//{LINE}|/\*(?s:.*?)\*/")
QUOTED = re.compile(r"""(['"])(?:(?!\1)[^\\\r\n]|\\(?:\r\n|(?s:.)))*+\1""")
TEMPLATE = re.compile(r"[`}](?:[^`\\$]|\\(?s:.)|\$(?!\{))*+(?:`|\$\{)")
PATTERN = re.compile(r"/(?!\*)(?:[^\\/\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.)*+\])++/\w*")
TOKEN = re.compile(rf"[0-9][\w.]*|{LETTER}+|\+\+|--|(?!/\*)(?s:.)")
# A slash divides after the end of a value. After anything else it begins a regular expression.
VALUE_END = re.compile(
    r"\+\+|--|[0-9].*|(?!(?:return|typeof|case|in|of|else)\Z)(?s:.*)[\w$)\]}'\"`]"
)
# A declared value: `= '...'`, perhaps with a type before it, and then the end of the statement.
VALUE = re.compile(
    r"\s*(?::\s*[\w.]+(?:\s*\|\s*[\w.]+)*\s*)?=\s*(?P<quoted>(['\"`])\s*\2)"
    rf"(?=\s*(?:[;,]|\Z)|(?:(?!{NEWLINE})\s)*{NEWLINE}\s*"
    rf"(?!(?:as|satisfies|in|instanceof)(?!{LETTER}))(?:{LETTER}|[@{{'\"]))"
)
OTHER_HALF = {"(": ")", "[": "]", "{": "}", "${": "}"}


class RefusalError(Exception):
    """What this script declines to do, with the remedy."""


class Step(NamedTuple):
    constant: str
    line: int
    start: int  # of the value in the file's text, without its quotes
    old: str
    new: str


def line_of(text: str, position: int) -> int:
    return len(re.findall(r"\r\n?|\n", text[:position])) + 1


# --8<-- [start:code_alone]
def code_alone(file: Path, text: str) -> str:
    """Return the text with spaces for comments, for what is in quotes and for nested code.

    It stays as long as it was, so a position in one is the same position in the other.
    """
    code: list[str] = []
    opened: list[str] = []
    before, position = "", 0
    while position < len(text):
        sign = text[position]
        comment = COMMENT.match(text, position)
        found = comment or TOKEN.match(text, position)
        if sign in "'\"":
            found = QUOTED.match(text, position)
        elif sign == "`" or (sign == "}" and opened[-1:] == ["${"]):
            found = TEMPLATE.match(text, position)
        elif sign == "/" and not comment and not VALUE_END.fullmatch(before):
            found = PATTERN.match(text, position)
        if sign in ")]}" and (not opened or OTHER_HALF[opened.pop()] != sign):
            found = None
        if not found:
            where = f"{file}:{line_of(text, position)}"
            raise RefusalError(f"{where}: found {sign} without its other half; mend that first")
        token, position = found.group(), found.end()
        blank = re.sub(rf"(?!{NEWLINE})(?s:.)", " ", token)
        if comment or opened:
            code.append(blank)
        elif sign in "'\"`}/" and len(token) > 1:
            code.append(sign + blank[1:-1] + token[-1])
        else:
            code.append(token)
        if not comment:
            before = before if sign == "!" else token  # x! / 2 divides, = !/x/ does not
            if token in OTHER_HALF or token.endswith("${"):
                opened.append(token[-2:] if token.endswith("${") else token)
    if opened:
        raise RefusalError(f"{file}: found {opened[-1]} without its other half; mend that first")
    return "".join(code)


# --8<-- [end:code_alone]
# --8<-- [start:plan]
def plan(file: Path, text: str, wanted: dict[str, str]) -> list[Step]:
    """Return what to change, and nothing where a constant has its value already."""
    code = code_alone(file, text)
    steps = []
    for name, new in wanted.items():
        start, end = find_value(file, text, code, name)
        if text[start:end] != new:
            steps.append(Step(name, line_of(text, start), start, text[start:end], new))
    return sorted(steps, key=lambda step: step.start)


def find_value(file: Path, text: str, code: str, name: str) -> tuple[int, int]:
    """Return where the value of `export const NAME` starts and ends, and refuse to guess."""
    exact = rf"(?<!{LETTER}){name}(?!{LETTER})"
    declared = list(re.finditer(rf"(?<!{LETTER})export\s+const\s+{exact}", code))
    value = VALUE.match(code, declared[0].end()) if len(declared) == 1 else None
    if value is None:
        at = declared[-1] if declared else re.search(exact, code)
        how = "twice" if len(declared) > 1 else "in another way"
        found = f"{name} declared {how}" if at else f"no {name}"
        where = f"{file}:{line_of(text, at.start())}" if at else str(file)
        raise RefusalError(f"{where}: found {found}; it needs one export const {name} = '...'")
    return value.start("quoted") + 1, value.end("quoted") - 1


def apply(text: str, steps: list[Step]) -> str:
    for step in reversed(steps):
        text = text[: step.start] + step.new + text[step.start + len(step.old) :]
    return text


# --8<-- [end:plan]
# --8<-- [start:write]
def write(file: Path, content: bytes) -> None:
    """Put the new content in the file's place at one stroke, or leave the file as it was."""
    target = file.resolve(strict=True)  # a symbolic link stays one
    if not os.access(target, os.W_OK):
        raise RefusalError(f"{file}: found it read-only; make it writable first")
    temporary = target.with_name(f".constants-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as stream:
            shutil.copymode(target, temporary)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except BaseException:  # Ctrl-C too
        temporary.unlink(missing_ok=True)
        raise


# --8<-- [end:write]
def find_overrides(file: Path, wanted: dict[str, str]) -> list[dict[str, Any]]:
    """Return what the configuration files beside the constants set to something else."""
    overrides = []
    for config in sorted(file.parent.glob("config*.json")):
        if not re.fullmatch(CONFIG_FILE, config.name):
            continue
        try:
            settings = json.loads(config.read_bytes())
        except (OSError, ValueError):
            say(f"warning: could not read {config}; see that it does not set {' or '.join(wanted)}")
            continue
        for name, value in wanted.items():
            if isinstance(settings, dict) and settings.get(name, value) != value:
                overrides.append({"file": str(config), "constant": name, "value": settings[name]})
    return overrides


def set_constants(file: Path, url: str, client_id: str, dry_run: bool) -> dict[str, Any]:
    if not re.fullmatch(HTTPS_URL, url) or "/.well-known" in url:
        rule = "an https URL without query, quotes, spaces, /.well-known or a slash at its end"
        raise RefusalError(f"--oidc-url: found {url!r}; give the issuer, {rule}")
    if not re.fullmatch(CLIENT_ID, client_id):
        raise RefusalError(f"--client-id: found {client_id!r}; give 1 to 128 letters and digits")
    if not file.is_file():
        raise RefusalError(f"{file}: found no such file; name the constants file with --file")
    wanted = {"OIDC_URL": url, "OIDC_CLIENT_NAME": client_id}
    text = file.read_bytes().decode(errors="surrogateescape")
    steps = plan(file, text, wanted)
    overrides = find_overrides(file, wanted)
    if steps and not dry_run:
        write(file, apply(text, steps).encode(errors="surrogateescape"))
    for step in steps:
        say(f"{'Would set' if dry_run else 'Set'} {step.constant} in {file}:{step.line}.")
    if not steps:
        say(f"Both constants were already set in {file}.")
    for found in overrides:
        say(f"warning: {found['file']} sets {found['constant']} to something else, and wins")
    return {
        "file": str(file),
        "oidc_url": url,
        "client_id": client_id,
        "changed": bool(steps) and not dry_run,
        "dry_run": dry_run,
        "changes": [
            {"constant": step.constant, "line": step.line, "from": step.old, "to": step.new}
            for step in steps
        ],
        "overridden_by": overrides,
    }


def say(sentence: str) -> None:
    print(" ".join(sentence.splitlines()), file=sys.stderr)


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--oidc-url", required=True, help="the issuer, as the guide shows it")
    parser.add_argument("--client-id", required=True, help="of the app client")
    parser.add_argument("--file", type=Path, default=Path("lib/constants.ts"), help="%(default)s")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    given = parse_args(argv)
    try:
        result = set_constants(given.file, given.oidc_url, given.client_id, given.dry_run)
    except KeyboardInterrupt:
        return 130
    except RefusalError as error:
        say(f"error: {error}")
        return 1
    except OSError as error:
        say(f"error: {error.filename or given.file}: {error.strerror}; nothing was changed")
        return 1
    print(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
