"""set_oidc_constants.py: two values change, every other byte stays, a refusal changes nothing."""

import errno
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import set_oidc_constants

SCRIPT = Path(set_oidc_constants.__file__)
URL = "https://cognito-idp.us-east-2.amazonaws.com/us-east-2_oUmWoN1YP"
CLIENT_ID = "7sm0a9nvvurn0guite1f2jgqi9"
PLAIN = b"export const OIDC_URL = '';\nexport const OIDC_CLIENT_NAME = '';\n"
SET = PLAIN.replace(b"''", f"'{URL}'".encode(), 1).replace(b"''", f"'{CLIENT_ID}'".encode(), 1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lib" / "constants.ts"  # in a folder with nothing else in it
    path.parent.mkdir()
    path.write_bytes(PLAIN)
    return path


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def result(self) -> Any:
        return json.loads(self.out)


def run(file: Path, *more: str, url: str = URL, client_id: str = CLIENT_ID) -> Ran:
    """Run the script in this process, with its own standard output and standard error."""
    from contextlib import redirect_stderr, redirect_stdout
    from io import StringIO

    arguments = [f"--oidc-url={url}", f"--client-id={client_id}", f"--file={file}", *more]
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = set_oidc_constants.main(arguments)
    return Ran(code, out.getvalue(), err.getvalue())


def refuses(ran: Ran, *words: str) -> None:
    assert (ran.code, ran.out) == (1, ""), ran
    assert ran.err.startswith("error: ") and ran.err.count("\n") == 1, ran.err
    for word in words:
        assert word in ran.err


def import_in_node(files: list[Path]) -> list[list[str]]:
    """Return what node reads as [OIDC_URL, OIDC_CLIENT_NAME] in each module."""
    program = (
        "const out = []; for (const f of process.argv.slice(1)) {"
        "const m = await import(f); out.push([m.OIDC_URL, m.OIDC_CLIENT_NAME]) }"
        "process.stdout.write(JSON.stringify(out))"
    )
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", program, "--", *(f.as_uri() for f in files)],
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    values: list[list[str]] = json.loads(ran.stdout)
    return values


# -- what it prints and does ------------------------------------------------------------------


def test_sets_both_constants_and_says_so(file: Path) -> None:
    ran = run(file)
    assert ran.code == 0
    assert file.read_bytes() == SET
    assert ran.err == f"Set OIDC_URL in {file}:1.\nSet OIDC_CLIENT_NAME in {file}:2.\n"
    assert ran.result == {
        "file": str(file),
        "oidc_url": URL,
        "client_id": CLIENT_ID,
        "changed": True,
        "dry_run": False,
        "changes": [
            {"constant": "OIDC_URL", "line": 1, "from": "", "to": URL},
            {"constant": "OIDC_CLIENT_NAME", "line": 2, "from": "", "to": CLIENT_ID},
        ],
        "overridden_by": [],
    }


def test_second_run_says_already_set_and_does_not_touch_the_file(file: Path) -> None:
    run(file)
    before = file.stat()
    ran = run(file)
    assert ran.code == 0
    assert "already set" in ran.err
    assert ran.result["changed"] is False and ran.result["changes"] == []
    after = file.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_dry_run_prints_the_same_changes_and_writes_nothing(file: Path) -> None:
    dry = run(file, "--dry-run")
    assert dry.code == 0
    assert file.read_bytes() == PLAIN
    assert os.listdir(file.parent) == ["constants.ts"]  # noqa: PTH208
    assert "Would set OIDC_URL" in dry.err
    wet = run(file)
    assert dry.result["changes"] == wet.result["changes"]
    assert (dry.result["changed"], wet.result["changed"]) == (False, True)
    assert (dry.result["dry_run"], wet.result["dry_run"]) == (True, False)


def test_changes_only_what_differs(file: Path) -> None:
    run(file)
    ran = run(file, client_id="other")
    assert [change["constant"] for change in ran.result["changes"]] == ["OIDC_CLIENT_NAME"]
    assert file.read_bytes() == SET.replace(CLIENT_ID.encode(), b"other")


def test_runs_as_a_script_from_another_folder(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    file = tmp_path / "lib" / "constants.ts"
    file.write_bytes(PLAIN)
    ran = subprocess.run(
        [sys.executable, "-I", SCRIPT, "--oidc-url", URL, "--client-id", CLIENT_ID],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["file"] == "lib/constants.ts"
    assert file.read_bytes() == SET


def test_help_is_the_docstring(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        set_oidc_constants.main(["--help"])
    assert exit_info.value.code == 0
    assert (set_oidc_constants.__doc__ or "?") in capsys.readouterr().out


@pytest.mark.parametrize("given", [[], ["--oidc-url", URL], ["--client", "x"], ["--bogus"]])
def test_wrong_usage_is_2(given: list[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        set_oidc_constants.main(given)
    assert exit_info.value.code == 2


# -- what it accepts ----------------------------------------------------------------------------

ACCEPTED = [
    "export const {} = 'old';",
    'export const {} = "old";',
    "export const {} = `old`;",
    "export const {}: string = 'old';",
    "export const {}:string='old'",
    "export const {} : string | undefined = '';",
    "export const {} =\n  'old';",
    "export const {} = // why\n  /* really */ 'old' // since\n  ;",
    "export /* a */ const\n{}\n=\n'old'\n;",
    "export const {} = 'old'\n",
    "export const {} = 'old' // note",
    "export const {} = 'old' /* note\n */ let {}_ = 1",
    "export const {} = 'old', {}_OTHER = 'old';",
    "export const {} = 'it\\'s \\\\';",
    'export const {} = "\\\n";',
    "export const {} = `\n$ \\` \\${{}}`;",
    "export const {} = 'a'\nexport const {}_B = 'b'",
    "export const {} = 'a'\n'use strict'",
    "export const {} = 'a'\n{{ let a = 1 }}",
    "export const {} = '\udce9';",
]


ENDINGS = ["\n", "\r\n", "\r"]


def accepted(form: str, ending: str) -> bytes:
    lines = [
        form.replace("{}", name, 2).replace("{}_", f"{name}_").replace("{{", "{").replace("}}", "}")
        for name in ("OIDC_URL", "OIDC_CLIENT_NAME")
    ]
    return "\n".join([*lines, ""]).replace("\n", ending).encode(errors="surrogateescape")


@pytest.mark.parametrize("form", ACCEPTED)
@pytest.mark.parametrize("ending", ENDINGS)
def test_accepts(file: Path, form: str, ending: str) -> None:
    file.write_bytes(accepted(form, ending))
    assert run(file).code == 0
    assert "already set" in run(file).err


def test_node_agrees_on_every_accepted_form(tmp_path: Path) -> None:
    modules = []
    for number, (form, ending) in enumerate((f, e) for f in ACCEPTED for e in ENDINGS):
        modules.append(tmp_path / f"{number}.mjs")
        modules[-1].write_bytes(accepted(form, ending))
        assert run(modules[-1]).code == 0
        javascript = re.sub(rb"\s*:\s*string( \| undefined)?", b"", modules[-1].read_bytes())
        modules[-1].write_bytes(javascript)
    assert import_in_node(modules) == [[URL, CLIENT_ID]] * len(modules)


# -- what it refuses ----------------------------------------------------------------------------

COMPUTED = [
    "export const OIDC_URL = process.env.OIDC_URL;",
    "export const OIDC_URL = process.env.OIDC_URL || 'a';",
    "export const OIDC_URL = process.env['OIDC_URL'] ?? '';",
    "export const OIDC_URL = 'a' + 'b';",
    "export const OIDC_URL = 'a'\n  + 'b';",
    "export const OIDC_URL = 'a' /* x */ + b",
    "export const OIDC_URL = 'a' as string;",
    "export const OIDC_URL = 'a'\n as string;",
    "export const OIDC_URL = 'a' satisfies string;",
    "export const OIDC_URL = 'a'!;",
    "export const OIDC_URL = <string>'a';",
    "export const OIDC_URL = ('a');",
    "export const OIDC_URL = `a${b}`;",
    "export const OIDC_URL = `a${`b`}`;",
    "export const OIDC_URL = String.raw`a`;",
    "export const OIDC_URL = 'a'.trim();",
    "export const OIDC_URL = 'a'\n  .trim();",
    "export const OIDC_URL = 'a'\n[0]",
    "export const OIDC_URL = 'a'\n`b`",
    "export const OIDC_URL = 'a'\n(b)",
    "export const OIDC_URL = 'a' ? 'b' : 'c';",
    "export const OIDC_URL = 'a' 'b'",
    "export const OIDC_URL = undefined;",
    "export const OIDC_URL = null;",
    "export const OIDC_URL = 1;",
    "export const OIDC_URL = ['a'];",
    "export const OIDC_URL = { a: 'a' };",
    "export const OIDC_URL = () => 'a';",
    "export const OIDC_URL = /a/;",
    "export const OIDC_URL = a = 'a';",
    "export const OIDC_URL == 'a';",
    "export const OIDC_URL: 'a' = 'a';",
    "export const OIDC_URL: () => string = 'a';",
    "export const OIDC_URL: string\nexport const OTHER = 'a'",
    "export const OIDC_URL: string;",
    "export const OIDC_URL;",
    "export const OIDC_URL",
    "export const OIDC_URL =",
]


@pytest.mark.parametrize("line", COMPUTED)
def test_refuses_a_computed_constant(file: Path, line: str) -> None:
    content = b"//\n" + line.encode() + b"\nexport const OIDC_CLIENT_NAME = '';\n"
    if line.endswith(("=", "\nexport const OTHER = 'a'")) or line == "export const OIDC_URL":
        content = b"//\nexport const OIDC_CLIENT_NAME = '';\n" + line.encode()
    file.write_bytes(content)
    refuses(
        run(file), f"{file}:", "OIDC_URL declared in another way", "export const OIDC_URL = '...'"
    )
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("export const OIDC_URL = '';", [": found no OIDC_CLIENT_NAME"]),
        ("export const OIDC_CLIENT_NAME = '';", [": found no OIDC_URL"]),
        ("", [": found no OIDC_URL"]),
        ("// export const OIDC_URL = '';", [": found no OIDC_URL"]),
        ("/* export const OIDC_URL = ''; */", [": found no OIDC_URL"]),
        ("const a = `export const OIDC_URL = '';`", [": found no OIDC_URL"]),
        ("const a = `${export const OIDC_URL = '';}`", [": found no OIDC_URL"]),
        ("namespace A { export const OIDC_URL = ''; }", [": found no OIDC_URL"]),
        ("\n\nconst OIDC_URL = '';", [":3: found OIDC_URL declared in another way"]),
        ("\r\rexport let OIDC_URL = '';", [":3: found OIDC_URL declared in another way"]),
        ("export declare const OIDC_URL: string", [":1: found OIDC_URL declared in another way"]),
        ("export const A = '', OIDC_URL = ''", [":1: found OIDC_URL declared in another way"]),
        ("export default OIDC_URL", [":1: found OIDC_URL declared in another way"]),
        ("export const MY_OIDC_URL = '', OIDC_URL2 = '', $OIDC_URL = ''", ["no OIDC_URL;"]),
        ("export const OIDC_URLé = '', éOIDC_URL = ''", ["no OIDC_URL;"]),
        ("myexport const OIDC_URL = ''", ["declared in another way"]),
        (
            "export const OIDC_URL = '';\r\nexport const OIDC_URL = '';",
            [":2: found OIDC_URL declared twice"],
        ),
        ("export const OIDC_URL = '", [":1: found ' without its other half"]),
        ("export const OIDC_URL = 'a\nb'", [":1: found ' without its other half"]),
        ("\n/* export const OIDC_URL = ''", [":2: found / without its other half"]),
        ("a = 1 /* export const OIDC_URL = ''", [":1: found / without its other half"]),
        ("`export const OIDC_URL = ''", [":1: found ` without its other half"]),
        ("`${1", ["found ${ without its other half"]),
        ("`${1}", [":1: found } without its other half"]),
        ("(", ["found ( without its other half"]),
        ("(]", [":1: found ] without its other half"]),
        ("*/", [":1: found / without its other half"]),
        ("}", [":1: found } without its other half"]),
    ],
)
def test_refuses(file: Path, content: str, words: list[str]) -> None:
    file.write_bytes(content.encode())
    refuses(run(file), str(file), *words)
    assert file.read_bytes() == content.encode()


BAD_URLS = [
    "", "http://a.example", "HTTPS://a.example", "https://", "https:///a", "https://a.example/",
    "https://a.example//b", "https://a.example/b/", "https://a.example/b?c=d", "https://a.example#b",
    "https://a.example/'+b+'", 'https://a.example/"', "https://a.example/`", "https://a.example/${b}",
    "https://a.example/b c", " https://a.example", "https://a.example\n", "https://a.example/\\u0041",
    "https://a.example/é", "https://user@a.example", "https://a.example:port", "a.example", "ftp://a",
    "https://a.example/b\nexport const EVIL = 1", "https://a.example/.well-known/openid-configuration",
    "https://a.example/b;", "https://a.example/*", "https://a..example", "https://a.example\u2028",
]  # fmt: skip


@pytest.mark.parametrize("url", BAD_URLS)
def test_refuses_what_is_no_oidc_url(file: Path, url: str) -> None:
    refuses(run(file, url=url), "--oidc-url", "https URL")
    assert file.read_bytes() == PLAIN


@pytest.mark.parametrize("client_id", ["", "a" * 129, "a b", "a'", "a\n", "é", "٣", "a-b", "${a}"])
def test_refuses_what_is_no_client_id(file: Path, client_id: str) -> None:
    refuses(run(file, client_id=client_id), "--client-id", "128 letters and digits")
    assert file.read_bytes() == PLAIN


@given(url=st.text(), client_id=st.text())
@settings(max_examples=2 * settings().max_examples)
def test_nothing_that_is_accepted_can_leave_its_quotes(url: str, client_id: str) -> None:
    with constants(PLAIN) as file:
        ran = run(file, url=f"https://{url}", client_id=client_id)
        if ran.code == 0:
            assert not set(f"{url}{client_id}") & set("'\"`\\${}?#; \r\n\u2028\u2029")
        else:
            assert file.read_bytes() == PLAIN


@pytest.mark.parametrize("url", [
    URL, "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AAAAAAAAA", "https://a",
    "https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_a", "https://a.example:8443/b/c%20d",
    "https://login.example.com/realms/My_Realm-1.0~x",
])  # fmt: skip
def test_accepts_every_form_of_oidc_url(file: Path, url: str) -> None:
    assert run(file, url=url).result["oidc_url"] == url
    assert f"'{url}'".encode() in file.read_bytes()


# -- the properties, over arbitrary files ----------------------------------------------------------

LOOK_ALIKE = b"export const OIDC_URL = 'x'; export const OIDC_CLIENT_NAME = \"y\";"
NO_LINE_END = re.compile(rb"[\r\n]|\xe2\x80[\xa8\xa9]")
bits = st.one_of(
    st.binary(max_size=12),
    st.text(max_size=8).map(lambda text: text.encode(errors="replace")),
    st.sampled_from(
        [LOOK_ALIKE, b"'", b'"', b"`", b"${", b"}", b"//", b"/*", b"\\", b"\xe9", b"{"]
    ),
)
noise = st.lists(bits, max_size=4).map(b"".join)
one_line = noise.map(lambda content: NO_LINE_END.sub(b" ", content))
block_comment = noise.map(
    lambda content: b"/*" + content.replace(b"*/", b"* /").rstrip(b"*") + b" */"
)
line_comment = one_line.map(lambda content: b"//" + content + b"\n")
spaces = st.sampled_from(
    [b" ", b"\t", b"\n", b"\r\n", b"\r", b"\n\n  ", "\u00a0".encode(), b"\xef\xbb\xbf"]
)
gap = st.one_of(
    spaces, st.lists(st.one_of(spaces, block_comment, line_comment), max_size=3).map(b"".join)
)
some_gap = gap.map(lambda content: content or b" ")


def quoted(quote: bytes, content: bytes) -> bytes:
    escaped = content.replace(b"\\", b"\\\\").replace(quote, b"\\" + quote)
    if quote == b"`":
        return quote + escaped.replace(b"$", b"\\$") + quote
    return quote + NO_LINE_END.sub(b"\\\\\n", escaped) + quote


string = st.builds(quoted, st.sampled_from([b"'", b'"', b"`"]), noise)
expression = st.recursive(
    st.one_of(
        string,
        st.sampled_from([
            b"1", b"4 / 2 / 1", b"/['\"`/*]\\/export const OIDC_URL = 'x'/g", b"(1) / 2", b"1. / 2",
            b"{ OIDC_URL: 'x', 'a': 1 }", b"(() => { const OIDC_URL = 'x'; return /'/ })()",
            b"'a'.length / 2", b"typeof /`/", b"String.raw`\\``", b"(x => x++ / 2)(3)",
            b"!/\\//.test('/*')", b"[/'/, /[/]'/]", b"/\\'/ ? /=\"/ : /'/", b"1e3 /2/ 3.5/ 1",
            b"!!/'/", b"(1) /2/ (3)", b"[1][0]/2/'a'",
        ]),
    ),
    lambda inner: st.one_of(
        inner.map(lambda value: b"[" + value + b"]"),
        inner.map(lambda value: b"{ a: " + value + b" }"),
        st.tuples(noise, inner, noise).map(
            lambda parts: b"${" .join([quoted(b"`", parts[0])[:-1], parts[1] + b"}"])
            + quoted(b"`", parts[2])[1:]
        ),
    ),
    max_leaves=4,
)  # fmt: skip
quote = st.sampled_from([b"'", b'"', b"`"])
annotation = st.sampled_from([b"", b"", b"/*:*/: string/*:*/", b"/*:*/:string | undefined/*:*/"])
value_end = st.sampled_from(
    [b";", b" ;", b"\n;", b"\nlet NAME = 1;", b" // ;\nlet NAME;", b", NAME = 'x';", b"/*\n*/ {}"]
)
statement = st.one_of(
    block_comment,
    line_comment,
    spaces,
    expression.map(lambda value: b"export const NAME = " + value + b";"),
    expression.map(lambda value: b"const NAME = (" + value + b")\n"),
    expression.map(
        lambda value: b"function NAME(x) { const OIDC_URL = " + value + b"; return OIDC_URL }"
    ),
    st.just(b"export const OIDC_URLNAME = 'x', $OIDC_URLNAME = '';"),
    st.just(b"if (1 / 2 > 3 / 4) { const OIDC_CLIENT_NAME = '' }"),
)


@dataclass(frozen=True)
class Case:
    """A file in pieces: bytes to keep, and between them the two values with their quotes."""

    pieces: tuple[bytes, ...]  # three: before the first value, between them, after the second
    names: tuple[str, ...]
    quotes: tuple[bytes, ...]
    old: tuple[bytes, ...]

    def render(self, wanted: dict[str, str] | None = None) -> bytes:
        values = [
            quote + wanted[name].encode() + quote if wanted else quoted(quote, old)
            for name, quote, old in zip(self.names, self.quotes, self.old, strict=True)
        ]
        return self.pieces[0] + values[0] + self.pieces[1] + values[1] + self.pieces[2]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = draw(st.permutations(["OIDC_URL", "OIDC_CLIENT_NAME"]))
    statements = st.lists(statement, max_size=4).map(b"\n".join)
    pieces = [draw(st.sampled_from([b"", b"\xef\xbb\xbf", b"#!/usr/bin/env node\n"])), b"", b""]
    for number, name in enumerate(names):
        pieces[number] += (
            draw(statements) + b"\nexport" + draw(some_gap) + b"const" + draw(some_gap)
        )
        pieces[number] += name.encode() + draw(annotation) + draw(gap) + b"=" + draw(gap)
        pieces[number + 1] = draw(value_end) + b"\n"
    pieces[2] += draw(statements) + draw(st.sampled_from([b"", b"\n", b"// end"]))
    unique = iter(range(1000))
    for number, piece in enumerate(pieces):  # each name that a statement declares, once
        pieces[number] = re.sub(
            rb"NAME(?<!OIDC_CLIENT_NAME)", lambda _: b"v%d" % next(unique), piece
        )
    quotes = draw(st.tuples(quote, quote))
    return Case(tuple(pieces), tuple(names), quotes, draw(st.tuples(noise, noise)))


@contextmanager
def constants(content: bytes) -> Iterator[Path]:
    """A constants file in a folder of its own: hypothesis and tmp_path do not go together."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "constants.ts")
        file.write_bytes(content)
        yield file
        assert [path.name for path in file.parent.iterdir()] == ["constants.ts"]


@given(case=cases())
@settings(max_examples=4 * settings().max_examples)
def test_every_other_byte_is_kept(case: Case) -> None:
    with constants(case.render()) as file:
        ran = run(file)
        assert ran.code == 0, (ran.err, case.render())
        assert file.read_bytes() == case.render({"OIDC_URL": URL, "OIDC_CLIENT_NAME": CLIENT_ID})
        again = run(file)
        assert (again.code, again.result["changed"]) == (0, False)
        assert "already set" in again.err


@given(several=st.lists(cases(), min_size=20, max_size=20))
@settings(
    max_examples=settings().max_examples // 10,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_node_reads_the_values_back(several: list[Case]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        modules = []
        for number, case in enumerate(several):
            file = Path(folder, f"constants{number}.ts")
            file.write_bytes(case.render())
            assert run(file).code == 0
            modules.append(file.with_suffix(".mjs"))
            javascript = re.sub(rb"/\*:\*/.*?/\*:\*/", b"", file.read_bytes())
            modules[-1].write_bytes(javascript)
        assert import_in_node(modules) == [[URL, CLIENT_ID]] * len(several)


@given(
    case=cases(),
    which=st.integers(0, 1),
    spoilt=st.sampled_from(
        [
            b"process.env.X",
            b"'a' + 'b'",
            b"`${a}`",
            b"'a' as string",
            b"f('')",
            b"",
            b"'a'.b",
            b"('')",
        ]
    ),
)
@settings(max_examples=2 * settings().max_examples)
def test_a_refusal_changes_nothing(case: Case, which: int, spoilt: bytes) -> None:
    values = [b"''", b"''"]
    values[which] = spoilt
    content = case.pieces[0] + values[0] + case.pieces[1] + values[1] + case.pieces[2]
    twice = content + b"\nexport const OIDC_URL = '';"
    for refused in (content, twice):
        with constants(refused) as file:
            before = file.stat()
            refuses(run(file), str(file))
            assert file.read_bytes() == refused
            assert (before.st_ino, before.st_mtime_ns) == (
                file.stat().st_ino,
                file.stat().st_mtime_ns,
            )


SCRAPS = r"""export const OIDC_URL OIDC_CLIENT_NAME = ' " ` ${ } { ( ) [ ] / // /* */ \ ; , : a 1"""
scraps = st.lists(
    st.sampled_from([
        *(scrap.encode() for scrap in SCRAPS.split()), b" ", b" ", b"\n", b"\r", b"\xe9",
        b"\xe2\x80\xa8", b"string",
        b"export const OIDC_URL = 'a';", b"export const OIDC_CLIENT_NAME = 'b';",
    ]),
    max_size=40,
).map(b"".join)  # fmt: skip


@given(content=st.one_of(scraps, st.binary()))
@settings(max_examples=8 * settings().max_examples)
def test_whatever_the_file_holds(content: bytes) -> None:
    with constants(content) as file:
        ran = run(file)
        if ran.code == 1:
            refuses(ran, str(file))
            assert file.read_bytes() == content
        else:
            assert run(file).result["changed"] is False


# -- what goes wrong while it writes ---------------------------------------------------------------

FAILURES = [
    OSError(errno.ENOSPC, "No space left on device"),
    PermissionError(errno.EACCES, "Permission denied"),
    OSError(errno.EROFS, "Read-only file system"),
    KeyboardInterrupt(),
]
WHERE = ["os.replace", "os.fsync", "shutil.copymode", "io.open", "write"]


class FullDisk:
    """A stream that takes half of what it is given, and then fails."""

    def __init__(self, stream: Any, failure: BaseException) -> None:
        self.stream, self.failure = stream, failure

    def __enter__(self) -> "FullDisk":
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()

    def write(self, content: bytes) -> None:
        self.stream.write(content[: len(content) // 2])
        raise self.failure


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
@pytest.mark.parametrize("where", WHERE)
def test_a_failure_while_writing_leaves_the_file_as_it_was(
    file: Path, monkeypatch: pytest.MonkeyPatch, where: str, failure: BaseException
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    opened = Path.open

    def open_a_full_disk(path: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        stream = opened(path, mode, *more, **named)
        return FullDisk(stream, failure) if mode == "xb" else stream

    def open_nothing_new(path: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        return fail() if mode == "xb" else opened(path, mode, *more, **named)

    if where == "write":
        monkeypatch.setattr(Path, "open", open_a_full_disk)
    elif where == "io.open":
        monkeypatch.setattr(Path, "open", open_nothing_new)
    else:
        monkeypatch.setattr(where, fail)
    ran = run(file)
    monkeypatch.undo()
    assert file.read_bytes() == PLAIN
    assert [path.name for path in file.parent.iterdir()] == ["constants.ts"]
    if isinstance(failure, KeyboardInterrupt):
        assert (ran.code, ran.out, ran.err) == (130, "", "")
    else:
        assert isinstance(failure, OSError)
        refuses(ran, str(failure.strerror))
    assert run(file).code == 0


def run_limited(file: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, "--oidc-url", URL, "--client-id", CLIENT_ID, "--file", file],
        capture_output=True,
        check=False,
        text=True,
        **more,
    )


def test_a_file_that_may_not_grow(file: Path) -> None:
    file.write_bytes(PLAIN * 1 + b"//" + b"x" * 10_000)
    content = file.read_bytes()
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))  # noqa: E731
    ran = run_limited(file, preexec_fn=limit)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("error: ") and ran.stderr.count("\n") == 1
    assert file.read_bytes() == content
    assert [path.name for path in file.parent.iterdir()] == ["constants.ts"]


@pytest.mark.parametrize("which", ["file", "folder"])
def test_without_permission(which: str) -> None:
    """In a child process as another user where the tests run as root, who may write anywhere."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file, output = Path(folder, "lib", "constants.ts"), Path(folder, "output")
        file.parent.mkdir()
        file.write_bytes(PLAIN)
        output.touch()
        output.chmod(0o666)
        file.chmod(0o444 if which == "file" else 0o666)
        file.parent.chmod(0o777 if which == "file" else 0o555)
        child = os.fork()
        if not child:
            try:
                if os.geteuid() == 0:
                    os.setuid(65534)
                output.write_text(json.dumps(run(file).__dict__))
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        refuses(Ran(**json.loads(output.read_text())), "constants")
        assert file.read_bytes() == PLAIN
        file.parent.chmod(0o755)
        assert [path.name for path in file.parent.iterdir()] == ["constants.ts"]


def test_what_is_no_file(tmp_path: Path) -> None:
    refuses(run(tmp_path / "no.ts"), "no.ts: found no such file", "--file")
    refuses(run(tmp_path), "found no such file")
    refuses(run(Path("/dev/null")), "/dev/null: found no such file")


def test_the_mode_is_kept(file: Path) -> None:
    file.chmod(0o640)
    run(file)
    assert file.stat().st_mode & 0o7777 == 0o640


def test_a_symbolic_link_stays_one(file: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.ts"
    link.symlink_to("../lib/constants.ts")
    assert run(link).code == 0
    assert link.is_symlink()
    assert file.read_bytes() == SET


def test_a_long_name(tmp_path: Path) -> None:
    file = tmp_path / ("x" * 252 + ".ts")
    file.write_bytes(PLAIN)
    assert run(file).code == 0


# -- configuration files that win over the constants -----------------------------------------------


def test_configuration_files_that_override(file: Path) -> None:
    for name, content in {
        "config.json": {"OIDC_URL": "https://other.example", "OIDC_CLIENT_NAME": CLIENT_ID},
        "config.123456789012.json": {"OIDC_CLIENT_NAME": None, "OTHER": 1},
        "config.example.json": {"OIDC_URL": "https://not.read"},
        "tsconfig.json": {"OIDC_URL": "https://not.read"},
        "config.1.json": ["OIDC_URL"],
    }.items():
        (file.parent / name).write_text(json.dumps(content))
    ran = run(file)
    folder = file.parent
    assert ran.code == 0
    assert ran.result["overridden_by"] == [
        {
            "file": f"{folder}/config.123456789012.json",
            "constant": "OIDC_CLIENT_NAME",
            "value": None,
        },
        {"file": f"{folder}/config.json", "constant": "OIDC_URL", "value": "https://other.example"},
    ]
    assert ran.err.count("warning: ") == 2
    assert f"warning: {folder}/config.json sets OIDC_URL" in ran.err
    assert run(file).result["overridden_by"] == ran.result["overridden_by"]
    assert run(file, "--dry-run").result["overridden_by"] == ran.result["overridden_by"]


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe{", b"", b"// a comment\n{}"])
def test_a_configuration_file_that_cannot_be_read(file: Path, content: bytes) -> None:
    (file.parent / "config.json").write_bytes(content)
    ran = run(file)
    assert ran.code == 0
    assert "warning: could not read" in ran.err
    assert file.read_bytes() == SET


def test_a_configuration_file_that_agrees(file: Path) -> None:
    settings_ = {"OIDC_URL": URL, "OIDC_CLIENT_NAME": CLIENT_ID}
    (file.parent / "config.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(settings_).encode())
    ran = run(file)
    assert ran.result["overridden_by"] == [] and "warning" not in ran.err
