"""What live values cost a reader's browser: `.venv/bin/python tests/benchmarks/live_values.py`.

Headless Chromium opens pages of both site generators. Times are those of the page's main thread, so
they hardly depend on what else the machine does. Printed are:

- a value of 1,000 places, typed again and again: the script's own work, and the layout after it;
- a page of 2,000 values in 200 fences and 200 paragraphs, against the same text without values: the
  work until the page and its form are ready;
- the guide with a reader's values stored, at a quarter of the speed: how far anything moves while
  the page loads (the layout shift), and in how many frames it shows values of others;
- a keystroke in the guide's form.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path[0:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("", "browser")]
from playwright.sync_api import Browser, Page, sync_playwright

import chromium
import kitchen_sink
import sites

THOUSAND = (
    "# Many values\n\n"
    + "A {{ rack }} and [a link](https://a.example/{{ rack }}), {{ rack_url }}.\n\n" * 200
    + "[Another](https://b.example/{{ rack }})\n\n" * 200
    + "{{ rack }}\n\n" * 200
)
TWO_THOUSAND = "# Many values\n\n" + (
    "The {{ team }} has {{ rack }} in {{ network }}, at {{ rack_url }}; {{ team }} alone.\n\n"
    '```bash\nrun --team "{{ team }}" --rack "{{ rack }}" \\\n  --url "{{ rack_url }}" \\\n'
    '  --network "{{ network }}" # for "{{ team }}"\n```\n\n'
) * (200)
PLAIN = {
    "rack_url": "https://racks.office.example/office-1",
    "team": "Blue Harbour",
    "rack": "office-1",
    "network": "office",
}
READER_VALUES = {
    "APPLICATION_NAME": "Acme Data Platform of the North",
    "region": "eu-central-1",
    "user_pool_id": "eu-central-1_AbCdEfGhI",
}
ROUNDS = 40
LOADS = 20
TABS = 8  # of the guide: one differs from the next by a third

TYPE = """async ([name, texts]) => {
  const field = document.querySelector(`#live-${name}`);
  const work = [], layout = [];
  for (const text of texts) {
    await new Promise(requestAnimationFrame);
    field.value = text;
    const begin = performance.now();
    field.dispatchEvent(new Event("input"));
    work.push(performance.now() - begin);
    document.body.offsetHeight;
    layout.push(performance.now() - begin);
  }
  return [work, layout];
}"""
WATCH = """
  window.shift = 0;
  window.others = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  const look = () => {
    const text = document.querySelector("article, .md-content")?.innerText ?? "";
    if (/MLSpace|us-east-2_/.test(text)) window.others++;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
"""


@contextmanager
def tab(browser: Browser, width: int = 1280) -> Iterator[Page]:
    """Yield a tab of a browser that knows no page yet."""
    context = browser.new_context(viewport={"width": width, "height": 844})
    context.set_default_timeout(120_000)
    context.route("**/javascripts/workers/**", lambda route: route.fulfill(body=""))  # the search
    yield context.new_page()
    context.close()


def typed(pages: Iterable[Page], name: str, texts: list[str]) -> str:
    """Type `texts` into the field `name` of each page, and say what each text takes."""
    work: list[float] = []
    layout: list[float] = []
    for page in pages:
        page.locator(".live summary").click()
        for total, more in zip((work, layout), page.evaluate(TYPE, [name, texts]), strict=True):
            total += more
    return (
        f"{statistics.median(work):.1f} ms, with layout {statistics.median(layout):.1f} ms"
        f" (at best {min(work):.1f} and {min(layout):.1f}, at worst {max(work):.1f} and"
        f" {max(layout):.1f})"
    )


def load_milliseconds(browser: Browser, address: str) -> float:
    """Return the main thread's work until a page and its form are ready."""
    with tab(browser) as page:
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(address)
        page.locator(".live summary").wait_for()
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        metrics: list[Any] = session.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) * 1000 for one in metrics if one["name"] == "TaskDuration")


def first_paint(browser: Browser, address: str, width: int) -> tuple[float, int]:
    """Return the layout shift of a slow load with stored values, and the frames with others."""
    with tab(browser, width) as page:
        query = "&".join(f"{name}={text}" for name, text in READER_VALUES.items())
        page.goto(f"{address}#live?{query}")
        page.get_by_role("button", name="Use these values").click()
        page.add_init_script(WATCH)
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto("about:blank")
        page.goto(address)
        page.wait_for_timeout(3000)
        shift, others = page.evaluate("[window.shift, window.others]")
    return shift, others


def tabs(browser: Browser, address: str) -> Iterator[Page]:
    """Yield a page in one new tab after the other."""
    for _ in range(TABS):
        with tab(browser) as page:
            page.goto(address)
            yield page


def measure(browser: Browser, generator: str, folder: Path) -> None:
    """Print the figures of one site generator."""
    plain = TWO_THOUSAND
    for name, text in PLAIN.items():
        plain = plain.replace(f"{{{{ {name} }}}}", text)
    many = kitchen_sink.build(generator, folder / "thousand", THOUSAND)
    with sites.serve(many) as address, tab(browser) as page:
        page.goto(address)
        racks = [f"lab-{100 + number}" for number in range(ROUNDS)]
        print(f"{generator}: 1,000 places follow in {typed([page], 'rack', racks)}")
    folders = {
        name: kitchen_sink.build(generator, folder / name, text)
        for name, text in (("values", TWO_THOUSAND), ("plain", plain))
    }
    with sites.serve(folders["values"]) as values, sites.serve(folders["plain"]) as without:
        pairs = [
            (load_milliseconds(browser, values), load_milliseconds(browser, without))
            for _ in range(LOADS)
        ]
    one, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    times = statistics.median(with_values / without_any for with_values, without_any in pairs)
    print(f"{generator}: 2,000 values: {one:.0f} ms, plain {other:.0f} ms: {times:.2f} times")
    with sites.serve(sites.build(generator, folder / "guide")) as address:
        guide = f"{address}using-aws-cognito/"
        for width in (1280, 390):
            shift, others = first_paint(browser, guide, width)
            print(f"{generator}: at {width} px: layout shift {shift:.4f}, {others} wrong frames")
        names = [f"Acme {'abcdefghij'[: number % 10]}".strip() for number in range(ROUNDS)]
        print(f"{generator}: a keystroke: {typed(tabs(browser, guide), 'APPLICATION_NAME', names)}")


def main() -> None:
    """Print the figures for both site generators."""
    arguments = [one for one in chromium.QUIET if not one.startswith("--js-flags")]  # as readers do
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
        for generator in sites.GENERATORS:
            measure(browser, generator, Path(folder) / generator)
        browser.close()


if __name__ == "__main__":
    main()
