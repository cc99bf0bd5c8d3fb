"""The files of the reader's side: copied into a site by a command, and compared by the check."""

from __future__ import annotations

import subprocess
from pathlib import Path

import sites
from samples import CONFIG, write_site

FOLDER = sites.PROJECT / "plugin" / "mkdocs_macros_runbook" / "live"
STYLE, SCRIPT = FOLDER / "live.css", FOLDER / "live.js"
NAMED = CONFIG + "extra_javascript: [assets/live.js]\nextra_css: [assets/live.css]\n"
ELSEWHERE = NAMED.replace("css: [", "css: [https://a.example/live.css, ")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sites.python(), "-m", "mkdocs_macros_runbook", *arguments],
        cwd=folder,
        env=sites.environment(),
        capture_output=True,
        text=True,
    )


def test_the_command_copies_the_files(tmp_path: Path) -> None:
    write_site(tmp_path, {"index.md": "# {{ city }}\n"}, config=NAMED)
    missing = run(tmp_path, "check")
    assert missing.returncode == 1
    assert missing.stderr.splitlines() == [
        f"docs/assets/{name}: the file is missing; run python -m mkdocs_macros_runbook assets"
        " docs/assets"
        for name in ("live.css", "live.js")
    ]
    shipped = {"live.css": STYLE.read_bytes(), "live.js": SCRIPT.read_bytes()}
    for _ in range(2):
        copied = run(tmp_path, "assets", "docs/assets")
        assert (copied.returncode, copied.stderr) == (0, "")
        assert copied.stdout == "docs/assets/live.css\ndocs/assets/live.js\n"
        for name in ("live.css", "live.js"):
            copy = tmp_path / "docs" / "assets" / name
            assert copy.read_bytes() == shipped[name]
    assert run(tmp_path, "check").stderr == ""


def test_the_check_says_when_a_copy_is_another(tmp_path: Path) -> None:
    write_site(tmp_path, {"index.md": "# {{ city }}\n"}, config=ELSEWHERE)
    run(tmp_path, "assets", "docs/assets")
    script = tmp_path / "docs" / "assets" / "live.js"
    script.write_bytes(script.read_bytes().replace(b"\n", b"\r\n"))
    assert run(tmp_path, "check").stderr == "", "git may change the ends of lines"
    script.write_text("// older\n", encoding="utf-8")
    result = run(tmp_path, "check")
    assert result.returncode == 1
    assert result.stderr.startswith(
        "docs/assets/live.js: the file differs from that of the installed mkdocs-macros-runbook;"
    )


def test_the_files_in_a_nested_folder_of_pages(tmp_path: Path) -> None:
    config = NAMED.replace("docs_dir: docs\n", "") + "docs_dir: website/docs\n"
    write_site(tmp_path, {"index.md": "# {{ city }}\n"}, config=config)
    (tmp_path / "website").mkdir()
    (tmp_path / "docs").rename(tmp_path / "website" / "docs")
    first = run(tmp_path, "check").stderr.splitlines()[0]
    assert first.startswith("website/docs/assets/live.css: the file is missing; run ")
    run(tmp_path, *first.partition("-m mkdocs_macros_runbook ")[2].split())
    assert run(tmp_path, "check").stderr == ""


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run(tmp_path, "assets", "file")
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1].endswith("file cannot be written (File exists)")


def test_no_form_without_the_script(tmp_path: Path) -> None:
    """Values keep their marks for other uses; a page carries no form that nothing would open."""
    config_file = write_site(tmp_path, {"index.md": "# {{ city }}\n"})
    assert sites.run_generator("mkdocs", config_file).returncode == 0
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert '<span data-live="city">Basel</span>' in page
    assert "data-live-form" not in page
