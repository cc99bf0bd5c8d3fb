"""How long 300 Python blocks take: this plugin against pytest-examples' output check and lint.

    python tests/benchmarks/verify.py CORPUS

CORPUS is the folder `plain` of a corpus with a page for each ten blocks in `docs/`, and
pytest-examples' own test in `pex/`. Pairs are interleaved; user CPU of all processes, and their
ratio. The second column is the peer against itself: what the machine adds.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PAIRS = 5
CONFIG = """\
site_name: Corpus
theme: { name: material, font: false }
extra: { runbook: { parameters: { city: { default: Basel, pattern: "[A-Za-z]+" } } } }
plugins:
  - macros:
      modules: [mkdocs_macros_runbook]
      j2_extensions: [mkdocs_macros_runbook.PageSource]
      on_undefined: strict
      on_error_fail: true
markdown_extensions: [mkdocs_macros_runbook, pymdownx.highlight, pymdownx.superfences]
"""


def seconds(command: list[str], folder: Path, **more: str) -> float:
    """Return the user CPU of `command` and its children."""
    before = os.times().children_user
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", **more}
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise SystemExit(ran.stdout[-3000:] + ran.stderr)
    if "300 passed" not in ran.stdout:
        raise SystemExit(ran.stdout[-500:])
    return os.times().children_user - before


def main(corpus: Path) -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "corpus"
        shutil.copytree(corpus, folder)
        (folder / "mkdocs.yml").write_text(CONFIG)
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        ours = [*pytest, "docs"]
        peer = [*pytest, "-p", "no:mkdocs_macros_runbook", "-W", "ignore", "pex/test_docs.py"]
        rows = []
        for _ in range(PAIRS):
            mode = {"PEX_MODE": "print lint"}
            rows.append(
                (
                    seconds(ours, folder),
                    seconds(peer, folder, **mode),
                    seconds(peer, folder, **mode),
                )
            )
    mine, theirs, again = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"this plugin {mine:.2f} s, pytest-examples {theirs:.2f} s, user CPU")
    print(f"ratio {statistics.median(m / t for m, t, _ in rows):.2f}")
    print(f"pytest-examples against itself {statistics.median(a / t for _, t, a in rows):.2f}")
    print(f"spread {min(m / t for m, t, _ in rows):.2f} to {max(m / t for m, t, _ in rows):.2f}")
    assert again


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
