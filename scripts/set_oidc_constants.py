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

    python set_oidc_constants.py --dry-run --client-id 7sm0a9nvvurn0guite1f2jgqi9 \\
        --oidc-url https://cognito-idp.us-east-2.amazonaws.com/us-east-2_oUmWoN1YP
    python set_oidc_constants.py --file lib/constants.ts --client-id 7sm0a9nvvurn0guite1f2jgqi9 \\
        --oidc-url https://cognito-idp.us-east-2.amazonaws.com/us-east-2_oUmWoN1YP

It prints one JSON object: file, oidc_url, client_id, changed, dry_run, changes (constant, line,
from and to of each) and overridden_by: the settings of a config.json or config.<account>.json
beside the file which the application puts over these constants.
"""

import argparse
import json
import os
import re
import secrets
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

OIDC_URL = re.compile(r"https://[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*(:[0-9]{1,5})?(/[0-9A-Za-z._~%+-]+)*")
CLIENT_ID = re.compile(r"[0-9A-Za-z]{1,128}")
CONFIG_FILE = re.compile(r"config(\.[0-9]+)?\.json")

# What TypeScript is made of, as far as it takes to tell code from comments and strings.
NEWLINE = re.compile(r"\r\n?|[\n\u2028\u2029]")
SKIPPED = re.compile(r"\A#![^\r\n]*|[\s\ufeff]+|//[^\r\n\u2028\u2029]*|/\*.*?\*/", re.DOTALL)
STRING = re.compile(r"""(['"])(?:(?!\1)[^\\\r\n]|\\(?:\r\n|.))*+\1""", re.DOTALL)
TEMPLATE = re.compile(r"[`}](?:[^`\\$]|\\.|\$(?!\{))*+(?:`|\$\{)", re.DOTALL)
REGULAR_EXPRESSION = re.compile(r"/(?:[^\\/\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.)*+\])++/\w*")
WORD = re.compile(r"[0-9][\w.]*|[\w$\udc80-\udcff]+")
BEFORE_AN_OPERAND = {"return", "typeof", "case", "in", "of", "delete", "void", "throw", "else"}
CONTINUES_ON_THE_NEXT_LINE = {"as", "satisfies", "in", "instanceof"}


class Refusal(Exception):
    """What this script declines to do, with the remedy."""


@dataclass(frozen=True)
class Token:
    text: str
    start: int
    depth: int  # how many brackets are open around it

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_plain_string(self) -> bool:
        return self.text[0] in "'\"" or (self.text[0] == "`" == self.text[-1])


@dataclass(frozen=True)
class Step:
    constant: str
    line: int
    start: int  # of the text between the quotes
    old: str
    new: str


def line_of(text: str, position: int) -> int:
    return len(NEWLINE.findall(text, 0, position)) + 1


# --8<-- [start:read]
def read_tokens(file: Path, text: str) -> list[Token]:
    """Return the tokens of the code, without spaces and comments."""
    tokens: list[Token] = []
    opened: list[str] = []
    position = 0
    while position < len(text):
        if skipped := SKIPPED.match(text, position):
            position = skipped.end()
            continue
        first = text[position]
        after_operand = bool(tokens) and (
            tokens[-1].text not in BEFORE_AN_OPERAND and re.search(r"[\w$)\]}'\"`]$", tokens[-1].text)
        )
        if first in "'\"":
            found = STRING.match(text, position)
        elif first == "`" or (first == "}" and opened[-1:] == ["${"]):
            found = TEMPLATE.match(text, position)
        elif first == "/" and not after_operand:
            found = REGULAR_EXPRESSION.match(text, position)
        else:
            found = WORD.match(text, position) or re.compile(".").match(text, position)
        token = found.group() if found else ""
        if first in ")]}":
            closes = opened.pop() if opened else ""
            if closes + first not in ("()", "[]", "{}", "${}"):
                token = ""
        if not token:
            where = f"{file}:{line_of(text, position)}"
            raise Refusal(f"{where}: {first} here is never closed, or closes nothing: mend the file")
        tokens.append(Token(token, position, len(opened)))
        if token in "([{":
            opened.append(token)
        elif token.endswith("${"):
            opened.append("${")
        position += len(token)
    if opened:
        raise Refusal(f"{file}: {opened[-1]} is never closed: mend the file")
    return tokens
# --8<-- [end:read]
