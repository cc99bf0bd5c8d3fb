"""The guide without an AWS account: `make try` starts it with a local AWS behind it.

A Chromium of its own finds AWS's hosts at the local AWS. With a route, the robot follows the guide
and leaves the browser at the page on which it is signed in.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

signal.signal(signal.SIGINT, signal.SIG_DFL)  # imports take a while, and have nothing to remove

import chromium
import guide_world
import sites
from guide_reader import PAGE, SIGN_IN, GuideReader, browser_arguments
from local_aws import LocalAws, application

ROUTES = ("Script", "AWS CLI", "CloudFormation", "By hand")
REGIONS = sites.PROJECT / "plugin" / "mkdocs_macros_cognito" / "regions.json"
PICTURE = sites.PROJECT / ".screenshots" / "signed-in.png"
_SECONDS = 0.3  # between two looks at what the reader did
_SIMULATED = """\
What is simulated: AWS. Calls, login pages and emails come from a local AWS on this machine, an
emulator behind rules that refuse what AWS refuses. The application is a small page that stands in
for yours. The guide, its scripts and commands, and the browser are real. Nothing reaches AWS, and
nothing here shows that AWS itself works.
"""
_NO_WINDOW = (
    "make try: Chromium did not start, or exited early; without a display, run it with DISPLAY="
)


def main() -> int:
    """Serve until Ctrl-C, or until the browser is closed; leave nothing behind."""
    parser = argparse.ArgumentParser(prog="make try", description=__doc__)
    parser.add_argument("--route", default="", help=f"follow one of {', '.join(ROUTES)}")
    parser.add_argument("--region", default="us-east-2", help="the Region in which it is followed")
    arguments = parser.parse_args()
    route = _choice("ROUTE", arguments.route, ROUTES) if arguments.route else ""
    region = _choice("REGION", arguments.region, json.loads(REGIONS.read_text()))
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: end.set())
    # all temporary files of all processes are in one folder
    root = tempfile.mkdtemp(prefix="guide-try-")
    os.environ["TMPDIR"] = tempfile.tempdir = root
    try:
        with ExitStack() as stack:
            aws, address = _start(stack, Path(root))
            if end.is_set():
                pass
            elif route:
                _follow(aws, address, route, region, end)
            else:
                _show(aws, address, Path(root), end)
    finally:
        shutil.rmtree(root, ignore_errors=True)
        print("\nEverything was stopped and removed.")
    return 0


def _choice(name: str, text: str, choices: Iterable[str]) -> str:
    """Return the choice that is meant, in any case; without one, exit with a line that says so."""
    for choice in choices:
        if re.sub("[ _-]", "", choice.lower()) == re.sub("[ _-]", "", text.lower()):
            return choice
    sys.exit(f"make try: {name} is {text!r}; choose one of {', '.join(choices)}")


def _start(stack: ExitStack, root: Path) -> tuple[LocalAws, str]:
    """Start the local AWS and the guide; return it, and the guide's address."""
    print("Starting the local AWS and the guide ...", flush=True)
    if sites.SHARED not in os.environ:
        sites.share(root)
    with ThreadPoolExecutor() as other, _uninterrupted():
        site = other.submit(sites.once, "mkdocs []", _build)
        aws = stack.enter_context(LocalAws())
        browser_arguments(aws)  # starts what the browser needs
        address = stack.enter_context(sites.publish(site.result() / "site"))
    return aws, address


def _build(folder: Path) -> None:
    config_file = str(sites.PROJECT / "mkdocs.yml")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", config_file]
    command += ["--site-dir", str(folder / "site")]
    subprocess.run(command, env=sites.environment(), check=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold back a Ctrl-C from what starts here, which is ended in its order; it comes after."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


# By the reader


def _show(aws: LocalAws, address: str, root: Path, end: threading.Event) -> None:
    home = root / "home"
    home.mkdir()
    application.write_source(home)
    (root / "environment").write_text(_environment(aws))
    print(f"\nThe guide: {address}{PAGE}\n")
    print("To run the guide's commands as they are printed, type this in a terminal (bash):\n")
    print(f"    cd {shlex.quote(str(home))}")
    print(f"    . {shlex.quote(str(root / 'environment'))}\n")
    print("The folder contains the application's lib/constants.ts.\n")
    print(_SIMULATED)
    with _own_browser(aws, address + PAGE, root) as browser:
        print("Press Ctrl-C to stop and remove everything.", flush=True)
        _answer_the_reader(aws, home, browser, end)
        if browser and browser.poll():
            sys.exit(_NO_WINDOW)


def _environment(aws: LocalAws) -> str:
    """What a shell reads: the local AWS, and nothing of the developer's own."""
    variables = guide_world.readers_environment(aws)
    others = {name: text for name, text in aws.environment.items() if "proxy" in name.lower()}
    path = variables.pop("PATH").rpartition(":/usr/bin:")[0]
    lines = [f"export {name}={shlex.quote(text)}" for name, text in (others | variables).items()]
    return "\n".join(["unset ${!AWS_@}", *lines, f'export PATH={shlex.quote(path)}:"$PATH"', ""])


@contextmanager
def _own_browser(
    aws: LocalAws, address: str, root: Path
) -> Iterator[subprocess.Popen[bytes] | None]:
    """Open the guide in a Chromium with a profile of its own, or say how to."""
    options = [f"--user-data-dir={root / 'profile'}", "--no-first-run"]
    options += ["--no-default-browser-check", *browser_arguments(aws), address]
    try:
        command = [chromium.find(with_window=True), *_sandbox(), *options]
    except chromium.NoBrowserError as error:
        print(f"{error}; then start Chromium like this:\n\n    chromium {shlex.join(options)}\n")
        yield None
        return
    if not _has_display():
        print("There is no display here. On a machine with a display, run:\n")
        print(f"    {shlex.join(command)}\n")
        yield None
        return
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    browser = subprocess.Popen(command, start_new_session=True, **quiet)  # type: ignore[call-overload]
    try:
        yield browser
    finally:
        if browser.poll() is None:
            os.killpg(browser.pid, signal.SIGTERM)
            browser.wait(10)


def _answer_the_reader(
    aws: LocalAws, home: Path, browser: subprocess.Popen[bytes] | None, end: threading.Event
) -> None:
    """Deliver emails, and deploy the application whenever its constants change."""
    constants = home / "lib" / "constants.ts"
    delivered, deployed = 0, constants.read_text()
    while not end.wait(_SECONDS) and (browser is None or browser.poll() is None):
        emails = aws.emails
        for email in emails[delivered:]:
            print(f"\nEmail to {', '.join(email['To'])}: {email['BodyText']}", flush=True)
        delivered = len(emails)
        text = constants.read_text() if constants.exists() else deployed
        region = re.search(r"cognito-idp\.([a-z0-9-]+)\.", text)
        if text != deployed and region:
            url = application.url(region[1])
            aws.front.files = application.build(home, url)
            print(
                f"\nThe application was deployed with {constants.relative_to(home)}, at", flush=True
            )
            print(f"    {url}\nEnter its API ID on the page, or paste this URL there.", flush=True)
        deployed = text


# By the robot


def _follow(aws: LocalAws, address: str, route: str, region: str, end: threading.Event) -> None:
    from playwright.sync_api import Error, sync_playwright

    print(_SIMULATED)
    has_window = _has_display()
    with ExitStack() as stack:
        with _uninterrupted(), _exit_at_error(Error):
            playwright = stack.enter_context(sync_playwright())
            browser = playwright.chromium.launch(
                executable_path=chromium.find(with_window=has_window),
                headless=not has_window,
                args=[*_sandbox(), *browser_arguments(aws)],
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        stack.callback(browser.close)
        page = browser.new_context(no_viewport=has_window).new_page()
        environment = guide_world.readers_environment(aws)
        with GuideReader(aws, page, address, environment, route, region) as reader:
            for step in reader.steps():
                if end.is_set():
                    return
                print(step.title, flush=True)
                reader.take(step)
                if step.anchor == SIGN_IN:
                    break
            print(f"\nSigned in at {reader.page.url}: {reader.sign_in.greeting}", flush=True)
            if not has_window:
                PICTURE.parent.mkdir(exist_ok=True)
                reader.page.screenshot(path=PICTURE)
                print(f"There is no display here; a picture of the page is {PICTURE}.")
                return
            print("Press Ctrl-C or close the browser to stop and remove everything.", flush=True)
            while not end.is_set() and browser.is_connected() and not reader.page.is_closed():
                reader.page.wait_for_timeout(1000 * _SECONDS)


@contextmanager
def _exit_at_error(error: type[Exception]) -> Iterator[None]:
    """Exit with a line where the browser raises `error` because it cannot start."""
    try:
        yield
    except error:
        sys.exit(_NO_WINDOW)


def _has_display() -> bool:
    is_x11 = sys.platform != "darwin"
    return not is_x11 or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _sandbox() -> list[str]:
    """For root, whom Chromium does not start for otherwise."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


if __name__ == "__main__":
    raise SystemExit(main())
