"""set_oidc_constants.py changes two values and no other byte; if it refuses, it changes nothing."""

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
from hypothesis import given, settings
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
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(file: Path, *more: str, url: str = URL, client_id: str = CLIENT_ID) -> Result:
    """Run the script in this process, with its own standard output and standard error."""
    from contextlib import redirect_stderr, redirect_stdout
    from io import StringIO

    arguments = [f"--oidc-url={url}", f"--client-id={client_id}", f"--file={file}", *more]
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = set_oidc_constants.main(arguments)
    return Result(code, out.getvalue(), err.getvalue())


def refuses(result: Result, *words: str) -> None:
    assert (result.code, result.out) == (1, ""), result
    assert result.err.startswith("error: ") and result.err.count("\n") == 1, result.err
    for word in words:
        assert word in result.err


# -- what it prints and does ------------------------------------------------------------------


def test_sets_both_constants_and_reports_them(file: Path) -> None:
    result = run(file)
    assert result.code == 0
    assert file.read_bytes() == SET
    assert result.err == f"Set OIDC_URL in {file}:1.\nSet OIDC_CLIENT_NAME in {file}:2.\n"
    assert result.json == {
        "file": str(file),
        "oidc_url": URL,
        "client_id": CLIENT_ID,
        "redirect_uri": None,
        "changed": True,
        "dry_run": False,
        "changes": [
            {"constant": "OIDC_URL", "line": 1, "from": "", "to": URL},
            {"constant": "OIDC_CLIENT_NAME", "line": 2, "from": "", "to": CLIENT_ID},
        ],
        "overridden_by": [],
    }


def test_a_second_run_does_not_touch_the_file(file: Path) -> None:
    run(file)
    before = file.stat()
    result = run(file)
    assert result.code == 0
    assert "already set" in result.err
    assert result.json["changed"] is False and result.json["changes"] == []
    after = file.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_dry_run_prints_the_same_changes_and_writes_nothing(file: Path) -> None:
    dry = run(file, "--dry-run")
    assert dry.code == 0
    assert file.read_bytes() == PLAIN
    assert os.listdir(file.parent) == ["constants.ts"]  # noqa: PTH208
    assert "Would set OIDC_URL" in dry.err
    wet = run(file)
    assert dry.json["changes"] == wet.json["changes"]
    assert (dry.json["changed"], wet.json["changed"]) == (False, True)
    assert (dry.json["dry_run"], wet.json["dry_run"]) == (True, False)


def test_changes_only_what_differs(file: Path) -> None:
    run(file)
    result = run(file, client_id="other")
    assert [change["constant"] for change in result.json["changes"]] == ["OIDC_CLIENT_NAME"]
    assert file.read_bytes() == SET.replace(CLIENT_ID.encode(), b"other")


def test_runs_as_a_script_from_another_folder(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    file = tmp_path / "lib" / "constants.ts"
    file.write_bytes(PLAIN)
    result = subprocess.run(
        [sys.executable, "-I", SCRIPT, "--oidc-url", URL, "--client-id", CLIENT_ID],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["file"] == "lib/constants.ts"
    assert file.read_bytes() == SET


def test_help_is_the_docstring(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        set_oidc_constants.main(["--help"])
    assert exit_info.value.code == 0
    assert (set_oidc_constants.__doc__ or "?") in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["--oidc-url", URL], ["--client", "x"], ["--bogus"]])
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        set_oidc_constants.main(arguments)
    assert exit_info.value.code == 2


# -- which declarations it accepts, and which it refuses ------------------------------------------

ACCEPTED = [
    "export const {} = 'old';",
    'export const {} = "old";',
    "export const {} = '';",
    "export const {} = 'old';  \t",
    "export const {} = '$`// /* \udce9';",
    "export const {} = 'old'; // the user's",
    "// export const {} = 'older';\n  // const {} = '';\nexport const {} = 'old';",
    "export const {}_OTHER = {}X;\nexport const {} = 'old';\n{}();",
]


@pytest.mark.parametrize("form", ACCEPTED)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_accepts(file: Path, form: str, ending: str, start: str) -> None:
    lines = [form.replace("{}", name) for name in ("OIDC_URL", "OIDC_CLIENT_NAME")]
    text = start + "\n".join([*lines, ""]).replace("\n", ending)
    file.write_bytes(text.encode(errors="surrogateescape"))
    assert run(file).code == 0
    expected = text
    for name, value in {"OIDC_URL": URL, "OIDC_CLIENT_NAME": CLIENT_ID}.items():
        line = rf"(?m)^(\ufeff?export const {name} = (['\"])).*?\2(?=;)"
        expected = re.sub(line, rf"\g<1>{value}\2", expected)
    assert file.read_bytes() == expected.encode(errors="surrogateescape")
    assert "already set" in run(file).err


REFUSED_LINES = [
    "export const OIDC_URL = process.env.OIDC_URL;",
    "export const OIDC_URL = process.env.OIDC_URL || 'a';",
    "export const OIDC_URL = 'a' + 'b';",
    "export const OIDC_URL = 'a' as string;",
    "export const OIDC_URL = 'a'.trim();",
    "export const OIDC_URL = 'a'",  # perhaps continued on the next line
    "export const OIDC_URL = `a`;",
    "export const OIDC_URL = 'it\\'s';",
    "export const OIDC_URL = 'a\";",
    "export const OIDC_URL = 'a'; export const OTHER = 'b';",
    "export const OIDC_URL: string = 'a';",
    "export const OIDC_URL='a';",
    "export const OIDC_URL =",
    "export let OIDC_URL = 'a';",
    "const OIDC_URL = 'a';",
    "  export const OIDC_URL = 'a';",
    "const a = `export const OIDC_URL = 'a';`",
    "export const A = 'a', OIDC_URL = 'a'; var OIDC_URL",
]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("line", REFUSED_LINES)
def test_refuses_another_declaration_and_shows_it(file: Path, line: str, ending: str) -> None:
    lines = ["//", line, "export const OIDC_CLIENT_NAME = '';", ""]
    content = ending.join(lines).encode()
    file.write_bytes(content)
    expected = "expected one line `export const OIDC_URL = '...';` but found"
    refuses(run(file), f"{expected} {file}:2: {line.strip()}; edit the file, so")
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    "other",
    [
        "export const OIDC_URL = 'a';",
        "export const OIDC_URL = process.env.OIDC_URL;",
        "/*\nexport const OIDC_URL = 'a';\n*/",
        "const a = `\nexport const OIDC_URL = 'a';\n`;",
        "function f() { const OIDC_URL = '' }",
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_refuses_two_declarations_and_shows_both(file: Path, other: str, is_first: bool) -> None:
    lines = [other, PLAIN.decode()] if is_first else [PLAIN.decode(), other]
    content = "\n".join(lines).encode()
    file.write_bytes(content)
    declarations = [
        f"{file}:{number}: {line.strip()}"
        for number, line in enumerate(content.decode().splitlines(), start=1)
        if "const OIDC_URL =" in line
    ]
    refuses(run(file), f"found {declarations[0]} and {declarations[1]}; edit the file, so")
    assert file.read_bytes() == content


@pytest.mark.parametrize("name", ["OIDC_URL", "OIDC_CLIENT_NAME"])
def test_refuses_a_file_without_a_declaration(file: Path, name: str) -> None:
    content = PLAIN.replace(b"const " + name.encode(), b"const MY_" + name.encode())
    file.write_bytes(content)
    refuses(run(file), f"export const {name} = '...';` but found none in {file}; add it,")
    assert file.read_bytes() == content


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
def test_refuses_an_invalid_oidc_url(file: Path, url: str) -> None:
    refuses(run(file, url=url), "--oidc-url", "https URL")
    assert file.read_bytes() == PLAIN


@pytest.mark.parametrize("client_id", ["", "a" * 129, "a b", "a'", "a\n", "é", "٣", "a-b", "${a}"])
def test_refuses_an_invalid_client_id(file: Path, client_id: str) -> None:
    refuses(run(file, client_id=client_id), "--client-id", "128 letters or digits")
    assert file.read_bytes() == PLAIN


@given(url=st.text(), client_id=st.text())
@settings(max_examples=2 * settings().max_examples)
def test_nothing_that_is_accepted_can_leave_its_quotes(url: str, client_id: str) -> None:
    with constants(PLAIN) as file:
        result = run(file, url=f"https://{url}", client_id=client_id)
        if result.code == 0:
            assert not set(f"{url}{client_id}") & set("'\"`\\${}?#; \r\n\u2028\u2029")
        else:
            assert file.read_bytes() == PLAIN


@pytest.mark.parametrize("url", [
    URL, "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AAAAAAAAA", "https://a",
    "https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_a", "https://a.example:8443/b/c%20d",
    "https://login.example.com/realms/My_Realm-1.0~x",
])  # fmt: skip
def test_accepts_every_form_of_oidc_url(file: Path, url: str) -> None:
    assert run(file, url=url).json["oidc_url"] == url
    assert f"'{url}'".encode() in file.read_bytes()


# -- every other byte --------------------------------------------------------------------------------


@contextmanager
def constants(content: bytes) -> Iterator[Path]:
    """A constants file in a folder of its own, which hypothesis cannot get from `tmp_path`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "constants.ts")
        file.write_bytes(content)
        yield file
        assert [path.name for path in file.parent.iterdir()] == ["constants.ts"]


SCRAPS = [
    b"export const OIDC_URL = 'a';\n", b'export const OIDC_CLIENT_NAME = "b";\r\n', b"export", b" ",
    b"const", b"OIDC_URL", b" = ", b"'", b'"', b"`", b"//", b"/*", b"*/", b"\\", b"\xe9", b"\n",
    b"\r", b"\xe2\x80\xa8", b"\xef\xbb\xbf",
]  # fmt: skip
noise = st.lists(st.one_of(st.sampled_from(SCRAPS), st.binary()), max_size=12).map(b"".join)


@given(before=noise, between=noise, after=noise)
@settings(max_examples=8 * settings().max_examples)
def test_every_other_byte_is_kept(before: bytes, between: bytes, after: bytes) -> None:
    parts = (before, b"\nexport const OIDC_URL = 'x';\n", between)
    content = b"".join((*parts, b'\nexport const OIDC_CLIENT_NAME = "y";\n', after))
    with constants(content) as file:
        result = run(file)
        if result.code == 1:
            refuses(result, str(file))
            assert file.read_bytes() == content
            return
        expected = content
        for old, new in ((b"OIDC_URL = 'x'", URL), (b'OIDC_CLIENT_NAME = "y"', CLIENT_ID)):
            assert content.count(old) == 1
            expected = expected.replace(old, old[:-2] + new.encode() + old[-1:])
        assert file.read_bytes() == expected
        assert run(file).json["changed"] is False


@given(content=noise)
@settings(max_examples=4 * settings().max_examples)
def test_any_file(content: bytes) -> None:
    with constants(content) as file:
        result = run(file)
        if result.code == 1:
            refuses(result, str(file))
            assert file.read_bytes() == content
        else:
            assert run(file).json["changed"] is False


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

    real_open = Path.open

    def open_a_full_disk(path: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        stream = real_open(path, mode, *more, **named)
        return FullDisk(stream, failure) if mode == "xb" else stream

    def open_nothing_new(path: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        return fail() if mode == "xb" else real_open(path, mode, *more, **named)

    if where == "write":
        monkeypatch.setattr(Path, "open", open_a_full_disk)
    elif where == "io.open":
        monkeypatch.setattr(Path, "open", open_nothing_new)
    else:
        monkeypatch.setattr(where, fail)
    result = run(file)
    monkeypatch.undo()
    assert file.read_bytes() == PLAIN
    assert [path.name for path in file.parent.iterdir()] == ["constants.ts"]
    if isinstance(failure, KeyboardInterrupt):
        assert (result.code, result.out, result.err) == (130, "", "")
    else:
        assert isinstance(failure, OSError)
        refuses(result, str(failure.strerror))
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
    file.write_bytes(PLAIN + b"//" + b"x" * 10_000)
    content = file.read_bytes()
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))  # noqa: E731
    result = run_limited(file, preexec_fn=limit)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("error: ") and result.stderr.count("\n") == 1
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
                    os.setgid(65534)
                    os.setuid(65534)
                output.write_text(json.dumps(run(file).__dict__))
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        refuses(Result(**json.loads(output.read_text())), "constants")
        assert file.read_bytes() == PLAIN
        file.parent.chmod(0o755)
        assert [path.name for path in file.parent.iterdir()] == ["constants.ts"]


def test_refuses_what_is_not_a_file(tmp_path: Path) -> None:
    refuses(run(tmp_path / "no.ts"), "no.ts is not a file", "--file")
    refuses(run(tmp_path), "is not a file")
    refuses(run(Path("/dev/null")), "/dev/null is not a file")


def test_the_mode_is_kept(file: Path) -> None:
    file.chmod(0o640)
    run(file)
    assert file.stat().st_mode & 0o7777 == 0o640


def test_a_hard_link_stays_one(file: Path) -> None:
    other = file.with_name("other.ts")
    other.hardlink_to(file)
    assert run(file).code == 0
    assert other.read_bytes() == file.read_bytes() == SET
    assert other.samefile(file)


def test_a_hard_link_that_may_not_grow(file: Path) -> None:
    file.write_bytes(PLAIN + b"//" + b"x" * 10_000)
    content, other = file.read_bytes(), file.with_name("other.ts")
    other.hardlink_to(file)
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))  # noqa: E731
    result = run_limited(file, preexec_fn=limit)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"error: {file} is unchanged: File too large; make ")
    assert other.read_bytes() == file.read_bytes() == content


@pytest.mark.parametrize("where", ["os.fsync", "ftruncate", "write"])
@pytest.mark.parametrize(
    "failure", [OSError(errno.EIO, "I/O error"), KeyboardInterrupt()], ids=repr
)
def test_a_failure_while_writing_in_place(
    file: Path, monkeypatch: pytest.MonkeyPatch, where: str, failure: BaseException
) -> None:
    """It happens once: what was there before can be written."""
    file.with_name("other.ts").hardlink_to(file)
    overwrite, calls = set_oidc_constants.overwrite, []

    class Once:
        def __init__(self, stream: Any) -> None:
            self.stream = stream

        def __getattr__(self, name: str) -> Any:
            return getattr(self.stream, name)

        def fail(self) -> int:
            raise failure

        def write(self, content: bytes) -> int:
            written: int = self.stream.write(content[:10])
            return written if where != "write" else self.fail()

        def truncate(self) -> None:
            self.stream.truncate()
            if where == "ftruncate":
                self.fail()

        def fileno(self) -> int:
            return self.fail() if where == "os.fsync" else int(self.stream.fileno())

    def overwrite_with_a_failure(stream: Any, content: bytes) -> None:
        calls.append(content)
        overwrite(Once(stream) if len(calls) == 1 else stream, content)

    monkeypatch.setattr(set_oidc_constants, "overwrite", overwrite_with_a_failure)
    assert run(file).code == (130 if isinstance(failure, KeyboardInterrupt) else 1)
    assert calls == [SET, PLAIN] and file.read_bytes() == PLAIN
    monkeypatch.undo()
    assert run(file).code == 0 and file.read_bytes() == SET


def test_a_file_that_is_lost_is_said_to_be(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.with_name("other.ts").hardlink_to(file)

    def overwrite(stream: Any, content: bytes) -> None:
        stream.write(b"half")
        raise OSError(errno.EIO, "I/O error")

    monkeypatch.setattr(set_oidc_constants, "overwrite", overwrite)
    refuses(run(file), f"{file} is damaged, since writing failed midway; restore it from your ver")


def test_a_system_without_owners(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("geteuid", "getegid", "chown"):
        monkeypatch.delattr(os, name)
    assert run(file).code == 0 and file.read_bytes() == SET


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can run as another user")
def test_the_file_of_another_user_is_written_in_place() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        file, output = Path(folder, "constants.ts"), Path(folder, "output")
        file.write_bytes(PLAIN)
        file.chmod(0o666)
        child = os.fork()
        if not child:
            try:
                os.setuid(65534)
                output.write_text(json.dumps(run(file).__dict__))
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert json.loads(output.read_text())["code"] == 0
        assert file.read_bytes() == SET and file.stat().st_uid == 0
        assert {path.name for path in Path(folder).iterdir()} == {"constants.ts", "output"}


def test_refuses_constants_in_a_comment(file: Path) -> None:
    file.write_bytes(b"/*\n" + PLAIN + b"*/\n")
    refuses(
        run(file), f"but found {file}:2: export const OIDC_URL = ", ", which is in a comment; edit"
    )
    file.write_bytes(b"/* Constants. */\nconst ANY = '/*';\n  /**\n   * More.\n   */\n" + PLAIN)
    assert run(file).code == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_root_keeps_the_owner_and_respects_a_read_only_file(file: Path) -> None:
    file.chmod(0o640)
    os.chown(file, 1234, 1235)
    assert run(file).code == 0
    status = file.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (1234, 1235, 0o640)
    file.chmod(0o444)
    refuses(run(file, client_id="other"), "is read-only; make it writable")
    assert file.read_bytes() == SET


@pytest.mark.parametrize("end", ["> /dev/full", ">&-", "2>&-"])
def test_output_that_cannot_be_written(file: Path, end: str) -> None:
    command = (
        f"{sys.executable} {SCRIPT} --oidc-url {URL} --client-id {CLIENT_ID} --file {file} {end}"
    )
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert file.read_bytes() == SET
    assert "Traceback" not in result.stderr and "Exception ignored" not in result.stderr
    if end.startswith("2"):
        assert result.returncode == 0 and json.loads(result.stdout)["changed"] is True
    else:
        assert result.returncode == 1 and "cannot write the result" in result.stderr


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
    result = run(file)
    folder = file.parent
    assert result.code == 0
    assert result.json["overridden_by"] == [
        {
            "file": f"{folder}/config.123456789012.json",
            "constant": "OIDC_CLIENT_NAME",
            "value": None,
        },
        {"file": f"{folder}/config.json", "constant": "OIDC_URL", "value": "https://other.example"},
    ]
    assert result.err.count("warning: ") == 2
    assert f"warning: {folder}/config.json sets OIDC_URL" in result.err
    assert run(file).json["overridden_by"] == result.json["overridden_by"]
    assert run(file, "--dry-run").json["overridden_by"] == result.json["overridden_by"]


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe{", b"", b"// a comment\n{}"])
def test_a_configuration_file_that_cannot_be_read(file: Path, content: bytes) -> None:
    (file.parent / "config.json").write_bytes(content)
    result = run(file)
    assert result.code == 0
    assert "config.json could not be read" in result.err
    assert file.read_bytes() == SET


@pytest.mark.parametrize("content", [b"[" * 100_000, None], ids=["deep", "FIFO"])
def test_a_configuration_file_that_would_stop_the_script(file: Path, content: bytes | None) -> None:
    config = file.parent / "config.json"
    if content is None:
        os.mkfifo(config)
    else:
        config.write_bytes(content)
    result = run(file)
    assert result.code == 0 and "config.json could not be read" in result.err
    assert file.read_bytes() == SET


OTHERS = {
    "INTERNAL_OIDC_URL": "https://old.example.com/realm",
    "OIDC_REDIRECT_URI": "https://old.example.com/",
    "IDP_ENDPOINT_SSM_PARAM": "/idp",
}


NONE = ("''", "undefined", "null")


def test_the_other_constants_that_override(file: Path) -> None:
    """In a configuration file and beside the constants, where an empty one says nothing."""
    lines = [f"export const {name} = {text};" for name, text in zip(OTHERS, NONE, strict=True)]
    file.write_bytes(PLAIN + "\n".join(lines).encode())
    (file.parent / "config.json").write_text(json.dumps(dict.fromkeys(OTHERS, "")))
    assert run(file).json["overridden_by"] == []
    (file.parent / "config.json").write_text(json.dumps(OTHERS))
    overrides = run(file).json["overridden_by"]
    assert {one["constant"]: one["value"] for one in overrides} == OTHERS
    (file.parent / "config.json").unlink()
    lines = [f'export const {name}: string = "{value}";\r' for name, value in OTHERS.items()]
    lines[2] = "export const IDP_ENDPOINT_SSM_PARAM = process.env.PARAM || '';"
    file.write_bytes(PLAIN + "\n".join(lines).encode())
    result = run(file)
    overrides = {one["constant"]: one["value"] for one in result.json["overridden_by"]}
    assert overrides == OTHERS | {"IDP_ENDPOINT_SSM_PARAM": "process.env.PARAM || ''"}
    assert result.err.count("warning: ") == 3 and f"{file} sets INTERNAL_OIDC_URL" in result.err


def test_an_override_on_two_lines(file: Path) -> None:
    text = "export const INTERNAL_OIDC_URL: string =\n  'https://old.example.com/realm';\n"
    file.write_bytes(PLAIN + text.encode())
    (override,) = run(file).json["overridden_by"]
    assert override["value"] == "https://old.example.com/realm"


# -- the redirect URI ----------------------------------------------------------------------------

OWN_DOMAIN = "https://data.example.com/"


def test_sets_the_redirect_uri_where_asked(file: Path) -> None:
    old = b"export const OIDC_REDIRECT_URI = 'https://old.example.com/'; // ours\n"
    file.write_bytes(PLAIN + old)
    assert run(file).json["overridden_by"][0]["constant"] == "OIDC_REDIRECT_URI"
    assert file.read_bytes() == SET + old, "only where asked"
    result = run(file, f"--redirect-uri={OWN_DOMAIN}")
    assert result.json["redirect_uri"] == OWN_DOMAIN and result.json["overridden_by"] == []
    assert [change["constant"] for change in result.json["changes"]] == ["OIDC_REDIRECT_URI"]
    assert file.read_bytes() == SET + old.replace(b"https://old.example.com/", OWN_DOMAIN.encode())
    assert run(file, f"--redirect-uri={OWN_DOMAIN}").json["changed"] is False
    (file.parent / "config.json").write_text(json.dumps({"OIDC_REDIRECT_URI": f"{OWN_DOMAIN}x"}))
    (override,) = run(file, f"--redirect-uri={OWN_DOMAIN}").json["overridden_by"]
    assert override["value"] == f"{OWN_DOMAIN}x"


def test_a_redirect_uri_without_its_constant(file: Path) -> None:
    refuses(run(file, f"--redirect-uri={OWN_DOMAIN}"), "OIDC_REDIRECT_URI", f"none in {file}")
    assert file.read_bytes() == PLAIN, "neither are the others"


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "data.example.com/",
        "https://data.example.com",
        "https://Data.example.com/",
        "http://data.example.com/",
        "http://localhost.example.com/",
        "https://data.example.com/#x",
        "https://data.example.com/a b",
        "https://data.example.com/'",
        "https://data.example.com/\\",
        "https://data.example.com/\n",
        "https://*.example.com/",
        "https://data.example.com:99999/",
    ],
)
def test_refuses_an_invalid_redirect_uri(file: Path, uri: str) -> None:
    refuses(
        run(file, f"--redirect-uri={uri}"), "--redirect-uri is ", "must be a complete https URL"
    )
    assert file.read_bytes() == PLAIN


@pytest.mark.parametrize("uri", ["http://localhost:3000/", "https://a.b/c?d=e&f=%20", OWN_DOMAIN])
def test_accepts_a_redirect_uri(file: Path, uri: str) -> None:
    file.write_bytes(PLAIN + b"export const OIDC_REDIRECT_URI = '';\n")
    assert run(file, f"--redirect-uri={uri}").code == 0
    assert f"export const OIDC_REDIRECT_URI = '{uri}';\n".encode() in file.read_bytes()


def test_a_configuration_file_that_agrees(file: Path) -> None:
    settings_ = {"OIDC_URL": URL, "OIDC_CLIENT_NAME": CLIENT_ID}
    (file.parent / "config.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(settings_).encode())
    result = run(file)
    assert result.json["overridden_by"] == [] and "warning" not in result.err
