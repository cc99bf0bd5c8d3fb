"""Quotation marks in code: what is open where a value stands, and what cannot stand there."""

from __future__ import annotations

import pytest

from mkdocs_macros_runbook.page.quoting import quotes, refused_at


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("bash", "run X --y=X", ["", ""]),
        ("bash", """run "X" 'X' `X` "`X`" """, ['"', "'", "`", "`"]),
        ("bash", """run "$(of --x "X" X)" "X" """, ['"', "", '"']),
        ("bash", "(cd X && run $((1 + (2))) 'X')", ["", "'"]),
        ("bash", """run \\'X 'a\\' X # don't X\nrun "X" """, ["", "", "", '"']),
        ("bash", """run "a \\" X" '"X"' """, ['"', "'"]),
        ("bash", "cat <<'END' >f  # don't\n{\"a\": \"X\"} X\nEND\nrun 'X'", ['"', "", "'"]),
        ("bash", """cat <<< "X" X""", ['"', ""]),
        ("bash", "run 'over\nX'", ["'"]),
        ("bash", """cat <<'END-OF-IT'\nDon't X\nEND-OF-IT\nrun X 'X'""", ["", "", "'"]),
        ("bash", """cat <<\\END\nDon't\nEND\nrun X""", [""]),
        ("bash", """echo $'it\\'s X' X 'X'""", ["'", "", "'"]),
        ("powershell", """New-Thing `\n  -Name X -Path "C:\\a\\" -To X""", ["", ""]),
        ("powershell", """$a = 'C:\\dir`'; $b = 'X'; $c = X""", ["'", ""]),
        ("bash", """cat <<END\nprint(f"X")\nEND""", ['"']),
        ("sql", """select 'C:\\', X""", [""]),
        ("yaml", """a: Don't use X here\nb: ['X', \"X\"]""", ["", "'", '"']),
        ("ini", """a = it's X""", [""]),
        ("dockerfile", """LABEL a=it's b=X""", [""]),
        ("python", """x = "X" + 'X' + X  # don't\ny = f"X" """, ['"', "'", "", '"']),
        ("python", '''x = """\nit's X\n""" + "X" ''', ['"""', '"']),
        ("json", """{"a": "b\\"X", "c": X}""", ['"', ""]),
        ("yaml", """a: don't\nb: "X"\nc: 'X'\nd: X""", ['"', "'", ""]),
        ("js", """// don't X\nf("https://a.example/X", `X`)""", ['"', "`"]),
        ("python", 'print("X")\n#> X\ny = 1 // X', ['"', ""]),
        ("js", "/* don't X\n\\*/ f('X'); // X", ["*/", "'"]),
        ("css", 'a { /* X */ b: "X" } /* X', ["*/", '"', "*/"]),
        ("html", "<!-- don't X -->\n<p>X</p>", ["-->", ""]),
        ("python", "a = 1 /* X", [""]),
        ("php", "f(1); // X\n# X", ["", ""]),
        ("c", "#define NAME X  // X", [""]),
        ("console", '# X\n$ echo "X" \\\n  X  # X\nX don\'t\n(a) $ run X\nX', ['"', "", "", ""]),
        ("console", "$ cat <<A >b\n> X\n> A\nX\n$ run \"c\n> 'X'\"\nX", ["", '"']),
        ("console", "# run X", [""]),
        ("console", "a@b% run X", [""]),
        ("pycon", ">>> f(X,\n...   'X')\nX don't\n>>> \"X\"\nX", ["", "'", '"']),
    ],
)
def test_what_is_open(language: str, code: str, expected: list[str]) -> None:
    value = "\ue000"  # a private character, as a mark begins with
    code = code.replace("X", value)
    places = [*quotes(code, language, lambda one: one == value)]
    assert [quote for _, quote in places] == expected
    assert {code[at] for at, _ in places} <= {value}


@pytest.mark.parametrize(
    ("language", "quote", "characters"),
    [
        ("bash", '"', "!"),
        ("make", '"', ""),
        ("bash", "'", "'"),
        ("bash", "", "!&'?"),
        ("bash", "`", "!&'?"),
        ("sh-session", '"', "!"),
        ("python", '"', ""),
        ("python", "'''", "'"),
        ("js", "`", ""),
        ("yaml", "", "!&'?"),
        ("html", '"', "&'"),
        ("html", "-->", ""),
        ("js", "*/", ""),
        ("text", "", ""),
        ("", "", "!&'?"),
    ],
)
def test_what_cannot_stand(language: str, quote: str, characters: str) -> None:
    assert refused_at("!&'?", language, quote) == characters


def test_a_value_may_end_a_comment() -> None:
    assert refused_at("!*", "css", "*/") == "*"


def test_a_number_sign_is_a_comment_in_each_quotation_mark_of_make() -> None:
    assert [refused_at("#&", "makefile", quote) for quote in ("", "'", '"')] == ["#&", "#", "#"]
