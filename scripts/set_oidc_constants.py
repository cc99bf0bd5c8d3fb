#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""Set the OIDC URL and the client ID in the application's constants file.

Each constant must be declared on exactly one line, in single or double quotes:

    export const OIDC_URL = '...';
    export const OIDC_CLIENT_NAME = '...';

Lines that begin with // do not count. The script changes only these two values, and that of
OIDC_REDIRECT_URI if you use --redirect-uri. If a constant is not declared in this way, or if its
declaration is in a comment whose /* begins a line, the script prints the lines that declare it and
changes nothing. It does not need an AWS account.

    python set_oidc_constants.py --dry-run --client-id <client ID> --oidc-url <OIDC URL>
    python set_oidc_constants.py --file lib/constants.ts --client-id <client ID> \\
        --oidc-url <OIDC URL>

It prints one JSON object: file, oidc_url, client_id, redirect_uri (null without the option),
changed, dry_run, changes (constant, line, from, to) and overridden_by (file, constant, value):
different values in config.json and config.<account>.json beside the file, which override the
constants. It also lists where IDP_ENDPOINT_SSM_PARAM, INTERNAL_OIDC_URL and OIDC_REDIRECT_URI are
set, which override the OIDC URL, the OIDC URL of the API alone, and the callback URL.
"""

import argparse
import errno
import json
import os
import re
import secrets
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

if sys.version_info < (3, 11):  # noqa: UP036 - python3 may be an older version
    sys.exit("error: Python 3.11 or newer is required; install it, or use uv run")

OVERRIDES = ("IDP_ENDPOINT_SSM_PARAM", "INTERNAL_OIDC_URL", "OIDC_REDIRECT_URI")
REDIRECT_URI = (
    r"(https://[0-9a-z-]+(\.[0-9a-z-]+)*|http://(localhost|127\.0\.0\.1))(:(?P<port>[0-9]{1,5}))?"
    r"/[0-9A-Za-z._~%+:@/?=&,-]*"
)
OIDC_URL = r"https://[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*(:[0-9]{1,5})?(/[0-9A-Za-z._~%+-]+)*"


# --8<-- [start:plan]
def find_declaration(file: Path, text: str, name: str) -> re.Match[str]:
    """Return the match of the line that declares a constant; stop if it is not exactly one."""
    # Any declaration outside of a comment; and the one form that is accepted.
    declaration = rf"^(?!\ufeff?[ \t]*//).*\b(?:const|let|var)\s+{name}\b.*"
    string = rf"""^\ufeff?export const {name} = (['"])(?P<value>[^'"\\\n]*)\1;[ \t]*(//.*)?\r?$"""
    declarations = list(re.finditer(declaration, text, re.MULTILINE))
    match = re.search(string, text, re.MULTILINE)
    in_comment = match is not None and is_in_comment(text, match.start())
    if match is None or in_comment or len(declarations) != 1:
        lines = [f"{file}:{line_of(text, one)}: {one[0].strip()}" for one in declarations]
        actual = " and ".join(lines) or f"none in {file}"
        actual += ", which is in a comment" if in_comment and len(lines) == 1 else ""
        edit = "edit the file, so that one line has this form"
        fix = edit if lines else "add it, or correct --file"
        expected = f"one line `export const {name} = '...';`"
        raise RefusalError(f"expected {expected} but found {actual}; {fix}")
    return match


def line_of(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


# --8<-- [end:plan]
def is_in_comment(text: str, at: int) -> bool:
    """Return whether a place is in a comment whose /* begins a line."""
    starts = [comment.end() for comment in re.finditer(r"^[ \t]*/\*", text[:at], re.MULTILINE)]
    return bool(starts) and "*/" not in text[starts[-1] : at]


def replace(file: Path, content: bytes) -> None:
    """Replace the file in one operation, or leave it unchanged; its owner and mode are kept.

    What would lose its owner or its hard links is written in place, and so is a mount point.
    """
    target = file.resolve(strict=True)  # a symbolic link stays a link
    status = target.stat()
    if not os.access(target, os.W_OK) or not status.st_mode & 0o222:  # root may always write
        raise RefusalError(f"{file} is read-only; make it writable")
    if status.st_nlink > 1:
        write_in_place(target, content)
        return
    temporary = target.with_name(f".constants-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as stream:
            has_owners = hasattr(os, "geteuid")  # not on Windows
            if has_owners and (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
                os.chown(temporary, status.st_uid, status.st_gid)
            shutil.copymode(target, temporary)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if error.errno not in (errno.EBUSY, errno.EPERM):  # a mount point, or another's file
            raise
        write_in_place(target, content)
    except BaseException:  # Ctrl-C too
        temporary.unlink(missing_ok=True)
        raise


def write_in_place(file: Path, content: bytes) -> None:
    """Write over the file; if that fails, write what was there before, or say that it is lost."""
    before = file.read_bytes()
    with file.open("r+b", buffering=0) as stream:
        try:
            overwrite(stream, content)
        except BaseException:
            with suppress(OSError):
                overwrite(stream, before)
            if file.read_bytes() != before:
                fix = "restore it from your version control"
                raise RefusalError(
                    f"{file} is damaged, since writing failed midway; {fix}"
                ) from None
            raise


def overwrite(stream: Any, content: bytes) -> None:
    stream.seek(0)
    while content:
        content = content[stream.write(content) :]
    stream.truncate()
    os.fsync(stream.fileno())


def find_overrides(file: Path, text: str, constants: dict[str, str]) -> list[dict[str, Any]]:
    """Return what overrides the constants, in their file and in the configuration files beside."""
    declaration = (
        rf"^export const ({'|'.join(OVERRIDES)})\b.*?=\s*(?:(['\"])(.*?)\2|(.*?))"
        r";?[ \t]*(?:(?<=[; \t])//.*)?\r?$"
    )
    code = re.sub(r"(?ms)^\s*/\*.*?\*/", "", text)
    declarations = re.findall(declaration, code, re.MULTILINE)
    none = ("undefined", "null", "``", "'' as string", '"" as string')
    sources = [(file, {n: v or (o if o not in none else "") for n, _, v, o in declarations})]
    for config in sorted(file.parent.glob("config*.json")):
        if not re.fullmatch(r"config(\.[0-9]+)?\.json", config.name):
            continue
        try:
            if not config.is_file():  # reading a pipe would wait for ever
                raise ValueError("not a file")
            settings = json.loads(config.read_bytes())
        except (OSError, ValueError, RecursionError):
            names = ", ".join(dict.fromkeys([*constants, *OVERRIDES]))
            say(f"warning: {config} could not be read; it must not set any of {names}")
        else:
            sources.append((config, settings if isinstance(settings, dict) else {}))
    overrides = []
    for path, settings in sources:
        for name in dict.fromkeys([*constants, *OVERRIDES]):
            value = settings.get(name, constants.get(name))
            if value != constants[name] if name in constants else value:
                overrides.append({"file": str(path), "constant": name, "value": value})
                say(f"warning: {path} sets {name}; the application uses that value")
    return overrides


def run(args: argparse.Namespace) -> None:
    if not re.fullmatch(OIDC_URL, args.oidc_url) or "/.well-known" in args.oidc_url:
        rule = "an https URL without a query, /.well-known or a final slash"
        raise RefusalError(f"--oidc-url is {args.oidc_url!r}; it must be the issuer, {rule}")
    if not re.fullmatch("[0-9A-Za-z]{1,128}", args.client_id):
        rule = "1 to 128 letters or digits"
        raise RefusalError(f"--client-id is {args.client_id!r}; it must be {rule}")
    redirect = re.fullmatch(REDIRECT_URI, args.redirect_uri or "")
    if args.redirect_uri is not None and (not redirect or int(redirect["port"] or 1) > 65535):
        rule = "a complete https URL with a lowercase host and a path, or http on localhost"
        raise RefusalError(f"--redirect-uri is {args.redirect_uri!r}; it must be {rule}")
    if not args.file.is_file():
        raise RefusalError(f"{args.file} is not a file; choose the constants file with --file")
    constants = {"OIDC_URL": args.oidc_url, "OIDC_CLIENT_NAME": args.client_id}
    if args.redirect_uri is not None:
        constants["OIDC_REDIRECT_URI"] = args.redirect_uri
    text = args.file.read_bytes().decode(errors="surrogateescape")
    changes = []
    for name, value in constants.items():
        match = find_declaration(args.file, text, name)
        if match["value"] != value:
            line = line_of(text, match)
            changes.append({"constant": name, "line": line, "from": match["value"], "to": value})
        text = text[: match.start("value")] + value + text[match.end("value") :]
    if changes and not args.dry_run:
        try:
            replace(args.file, text.encode(errors="surrogateescape"))
        except OSError as error:
            fix = "make it and its folder writable, and make sure that the disk has space"
            raise RefusalError(f"{args.file} is unchanged: {error.strerror}; {fix}") from None
    for change in changes:
        place = f"{change['constant']} in {args.file}:{change['line']}"
        say(f"{'Would set' if args.dry_run else 'Set'} {place}.")
    if not changes:
        say(f"All constants are already set in {args.file}.")
    result = {
        "file": str(args.file),
        "oidc_url": args.oidc_url,
        "client_id": args.client_id,
        "redirect_uri": args.redirect_uri,
        "changed": bool(changes) and not args.dry_run,
        "dry_run": args.dry_run,
        "changes": changes,
        "overridden_by": find_overrides(args.file, text, constants),
    }
    show(result)


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--oidc-url", required=True, help="issuer, as the guide shows it")
    parser.add_argument("--client-id", required=True, help="client ID of the app client")
    redirect_uri = "callback URL, if the application has its own domain"
    parser.add_argument("--redirect-uri", help=redirect_uri)
    default = Path("lib/constants.ts")
    parser.add_argument("--file", type=Path, default=default, help="default: %(default)s")
    dry_run = "print the changes without making them"
    parser.add_argument("--dry-run", action="store_true", help=dry_run)
    return parser.parse_args(argv)


ERRORS = (OSError,)


def explain(error: Exception) -> str:
    """Return the error's own words, with the place where the file could not be read."""
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}; nothing was changed"
    return str(error)


# == In every script: say, show, main ==
PROGRESS: list[str] = []  # what this run has changed


class RefusalError(Exception):
    """A reason to stop, with a fix."""


def printable(text: str) -> str:
    """Return the text without control characters, which a name may contain."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def say(sentence: str) -> None:
    """Print a sentence for people."""
    write("stderr", printable(" ".join(sentence.split())) + "\n")


def show(result: Any) -> None:
    """Print the result: for programs as JSON; a text for people as it is."""
    text = result if isinstance(result, str) else json.dumps(result, indent=2)
    if not write("stdout", f"{text}\n"):
        raise RefusalError("cannot write the result to standard output; run the script again")


def write(stream: str, text: str) -> bool:
    """Return whether the text could be written. If not, the rest is still done."""
    try:
        to = getattr(sys, stream)
        encoding = getattr(to, "encoding", None) or "utf-8"
        to.write(text.encode(encoding, "backslashreplace").decode(encoding))
        to.flush()
    except (AttributeError, OSError, ValueError):
        setattr(sys, stream, None)  # or Python would try again when it ends
        return False
    return True


def main(argv: list[str] | None = None) -> int:
    PROGRESS.clear()
    try:
        run(parse_args(argv))
    except KeyboardInterrupt:
        return 130
    except (RefusalError, *ERRORS) as error:
        progress = f"; already done: {', '.join(PROGRESS)}" if PROGRESS else ""
        say(f"error: {explain(error)}{progress}")
        return 1
    finally:
        write("stdout", "")  # what --help printed; Python would fail if its reader is gone
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
# == End ==
