"""How long 1,000 live values take to follow: `.venv/bin/python tests/benchmarks/live_values.py`.

A page of 600 values in text and 400 in links is opened in headless Chromium. One value is typed,
again and again; measured is the script's own work, from the event to the last text written, and
the time to the frame after it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

sys.path[0:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("", "browser")]
from playwright.sync_api import sync_playwright

import chromium
import kitchen_sink
from sites import GENERATORS, serve

PAGE = (
    "# Many values\n\n"
    + "A {{ rack }} and [a link](https://a.example/{{ rack }}), {{ rack_url }}.\n\n" * 200
    + "[Another](https://b.example/{{ rack }})\n\n" * 200
    + "{{ rack }}\n\n" * 200
)
ROUNDS = 50

TYPE = """async (rounds) => {
  const field = document.querySelector("#live-rack");
  const spans = document.querySelectorAll("[data-live], [data-live-href]").length;
  const work = [], frames = [];
  for (let round = 0; round < rounds; round++) {
    await new Promise(requestAnimationFrame);
    field.value = `lab-${100 + round}`;
    const begin = performance.now();
    field.dispatchEvent(new Event("input"));
    work.push(performance.now() - begin);
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    frames.push(performance.now() - begin);
  }
  return [spans, work, frames];
}"""


def main() -> None:
    """Print the figures for both site generators."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.QUIET)
        for generator in GENERATORS:
            site = kitchen_sink.build(generator, Path(folder) / generator, PAGE)
            with serve(site) as address:
                page = browser.new_page()
                page.goto(address, wait_until="networkidle")
                count, work, frames = page.evaluate(TYPE, ROUNDS)
                print(
                    f"{generator}: {count} values: median {statistics.median(work):.1f} ms,"
                    f" at worst {max(work):.1f} ms; to the second frame"
                    f" {statistics.median(frames):.0f} ms ({ROUNDS} rounds)"
                )
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
