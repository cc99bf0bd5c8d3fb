"""Pictures of the guide: `make screenshots` takes them.

Each page is taken in each width and each scheme of colors, as it is published and with a reader's
values.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

import chromium
from sites import PROJECT, build, serve

OUT = PROJECT / ".screenshots"
PAGES = [
    "",
    "using-aws-cognito/",
    "regions/",
    "troubleshooting/",
    "costs-and-permissions/",
    "verification/",
    "plugin/",
]


WIDTHS = (1440, 1280, 768, 390)
SCHEMES: dict[str, Any] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
}
VALUES = "APPLICATION_NAME=Acme+Data&user_pool_id=eu-central-1_aB3cD4eF5&first_username=grace"


def main(pages: list[str]) -> int:
    """Take the pictures of `pages`, or of all; return 0."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = build("mkdocs", Path(folder) / "site")
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.QUIET)
        with serve(site) as address:
            for path, width, scheme in product(pages or PAGES, WIDTHS, SCHEMES):
                name = f"{path.strip('/').replace('/', '-') or 'start'}-{width}-{scheme}"
                page = browser.new_page(**SCHEMES[scheme])
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(address + path, wait_until="networkidle")
                take(page, name)
                page.goto(f"{address}{path}#live?{VALUES}")
                page.get_by_role("button", name="Use these values").click()
                page.locator(".live summary").click()
                take(page, f"{name}-values")
                page.close()
        browser.close()
    return 0


def take(page: Page, name: str) -> None:
    """Take a picture of the whole page, and print where it is."""
    file = OUT / f"{name}.png"
    page.screenshot(path=file, full_page=True)
    print(file.relative_to(PROJECT))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
