"""Commands that run a file, and commands that only handle it."""

from __future__ import annotations

import pytest

from mkdocs_macros_runbook.verify.languages.programs.file_commands import is_run
from mkdocs_macros_runbook.verify.shell_commands import commands_of


def runs(text: str, *names: str) -> bool:
    return any(is_run(words, names) for words in commands_of(text))


@pytest.mark.parametrize(
    "command",
    [
        "python3 app.py",
        "A=1 timeout 5 python3 -W error ./app.py 8080",
        "nice -n 10 .venv/bin/python -u app.py",
        "uv run app.py",
        "poetry run python app.py",
        "streamlit run app.py",
        "docker run --rm -v $PWD:/src python:3 python app.py",
        "python3 -m app",
        "python3 -m cProfile -o app.prof app.py",
        "flask --app app run",
        "uvicorn app:app --reload",
        "gunicorn -w 4 'app:create()'",
        "celery -A app worker",
        'bash -c "cd / && python3 ~/app.py"',
        "watch -n 1 'python3 app.py'",
        "nodemon --exec 'python3 app.py'",
        "ls | xargs -n 1 python3 app.py",
        'x="$(python3 app.py)"',
        "python3 -c 'import os, app'",
        "python3 -m pytest -q test_one.py app.py",
        '"$(dirname "$0")/app.py"',
    ],
)
def test_a_command_runs_the_file(command: str) -> None:
    assert runs(command, "app.py")


@pytest.mark.parametrize(
    "command",
    [
        "cat app.py",
        "python3 -m json.tool app.py",
        "python3 -m tabnanny app.py",
        "timeout 5 cat app.py",
        "sudo chmod +x ./app.py",
        "[ -f ./app.py ]",
        "test -x ./app.py",
        "command -v ./app.py",
        "git add app.py",
        "git commit -m 'python3 app.py'",
        "echo python3 app.py",
        "docker build -t app:latest .",
        "aws s3 cp app.py s3://rack",
        "uv run ruff check app.py",
        "python3 -m py_compile app.py",
        "python3 -c 'print(1)' app.py",
        "python3 -c 'open(\"app.py\")'",
        "bash -c 'cat app.py'",
        "pytest --collect-only app.py",
        "pytest app.py --collect-only",
        "pytest",
        "python3 lint.py app.py",
        "python3 -u ./lint.py ./app.py",
        "python3 server/app.py",
        "python3 app.py2",
        "python3 -m apps",
        "files=(app.py)",
        "for file in app.py; do cat $file; done",
        "cat > Makefile <<EOF\npython3 app.py\nEOF",
        "ls > app.py",
        "b2sum app.py",
        "sha384sum app.py > sums",
        "lsattr app.py || true",
    ],
)
def test_a_command_only_handles_the_file(command: str) -> None:
    assert not runs(command, "app.py")


@pytest.mark.parametrize(
    ("command", "name", "is_run"),
    [
        ("node index", "index.js", True),
        ("node --watch .", "index.js", True),
        ("npm install .", "index.js", False),
        ("node -c index.js", "index.js", False),
        ("node --require ./a.js index.js", "index.js", True),
        ("python3 app", "app/__main__.py", True),
        ("pytest -q", "tests/test_app.py", True),
        ("pytest tests/", "tests/test_app.py", True),
        ("pytest rack", "tests/test_app.py", False),
        ("pytest --version", "tests/test_app.py", False),
        ("pip install pytest", "tests/test_app.py", False),
        ("echo pytest", "tests/test_app.py", False),
        ('pytest "" -q', "tests/test_app.py", True),
        ("python3 -m unittest", "tests/test_app.py", False),
        ("python3 -m unittest discover tests", "tests/test_app.py", True),
        ("python3 -m unittest -v", "test_app.py", True),
        ("node --test", "app.test.mjs", True),
        ("bash -n app.sh", "app.sh", False),
        ("bash -eu app.sh", "app.sh", True),
        (". app.sh", "app.sh", True),
    ],
)
def test_what_a_program_looks_for_is_known(command: str, name: str, *, is_run: bool) -> None:
    assert runs(command, name) is is_run
