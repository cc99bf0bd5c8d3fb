"""What a browser shows for each fault: the symptom that the guide prints, until the printed fix."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urljoin

import pytest
from playwright.sync_api import Browser, Page, Playwright, Response

import chromium
from guide_reader import browser_arguments
from local_aws import LocalAws
from mkdocs_macros_cognito.symptoms import FILE, Row, rows_of
from sign_in_faults import APP, FAULTS, PASSWORD, Setup
from sites import PROJECT
from test_diagnose_sign_in import diagnose, fix, setup  # noqa: F401 - a fixture

ROWS = {row["id"]: row for row in rows_of((PROJECT / "docs" / FILE).read_text(encoding="utf-8"))}
# Faults whose symptom no browser shows here, and why.
INVISIBLE = {
    "temporary callback beside the right one": "people can sign in",
    "password to reset": "the local AWS's login page takes such a user for one who did not confirm",
    "sign-up not confirmed": "the local AWS's login page knows no sign-ups",
    "no user with a dash": "it is the fault of another user who does not exist",
    "application sends another callback": "people would start at the other URL, where nothing is",
    "plan Lite": "the message is that of a command",
    "prefix taken": "the message is that of a command",
    "attributes not writable": "the local AWS's page for a new password asks for no attributes",
    "temporary password expired": "in the local AWS, a temporary password does not expire",
    "disabled user": "AWS does not document the message",
    "slash behind the OIDC URL": "the application's library removes the slash",
    "issuer type": "the API checks the issuer, and the application here has none",
    "override of the API's OIDC URL": "the application here has no API",
    "young domain": "each browser has its own message for a host that it does not find",
    "app client of another user pool": "the other user pool has no domain, which is met before",
    "override of the callback URL": "it was not deployed yet",
    "override by Systems Manager": "the application here is deployed without Systems Manager",
}
VISIBLE = [fault for fault in FAULTS if fault not in INVISIBLE]
SAMPLE = ["callback without the slash"]
TYPED = {"email address typed": "ada@example.com", "no such user": "grace"}  # as the username
# Where a sign-in gets no further, or ends.
END = "#error:not(:empty), #greeting:not(:empty), .error, body > p, body > pre"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take a sample of the faults, or all."""
    if "fault" in metafunc.fixturenames:
        is_full = metafunc.config.getoption("--runbook-full")
        metafunc.parametrize("fault", VISIBLE if is_full else SAMPLE)


@pytest.fixture(scope="module")
def own_browser(playwright: Playwright, _running_local_aws: LocalAws) -> Iterator[Browser]:
    """Return a browser that finds AWS's hosts at the local AWS."""
    arguments = [*chromium.QUIET, *browser_arguments(_running_local_aws)]
    started = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
    yield started
    started.close()


@pytest.fixture
def page(own_browser: Browser) -> Iterator[Page]:
    context = own_browser.new_context()
    yield context.new_page()
    context.close()


class Person:
    """Somebody who signs in and out, and looks at everything that the browser shows."""

    def __init__(self, page: Page, application: Setup) -> None:
        self.page, self.application = page, application
        #: the texts by where they are: on the page, in the URL, the console or the network tab
        self.observations: dict[str, list[str]] = defaultdict(list)
        self.responses: list[Response] = []
        page.on("console", lambda message: self.observations["console"].append(message.text))
        page.on("framenavigated", lambda frame: self.observations["url"].append(frame.url))
        page.on("response", lambda response: self.responses.append(response))

    def sign_in(self, username: str) -> None:
        """Sign in, and out again as the guide says; or end where it goes no further."""
        self.page.context.clear_cookies()
        self.page.goto(APP)
        self.page.evaluate("sessionStorage.clear()")  # as a new tab
        self.page.goto("about:blank")
        self.observations.clear()
        self.responses.clear()
        self.page.goto(APP)
        self.page.locator("body[data-state=ready]").wait_for()
        self.page.get_by_role("button", name="Sign in").click()
        field = self.page.get_by_label("Username")
        field.or_(self.page.locator(END)).first.wait_for()
        if field.count():
            self.enter(username)
        self.look()
        if self.page.locator("#greeting:not(:empty)").count():
            which = {"client_id": self.application.client_id, "logout_uri": APP}
            login = next(url for url in self.observations["url"] if "/login?" in url)
            self.page.goto(urljoin(login, f"/logout?{urlencode(which)}"))
            self.look()

    def enter(self, username: str) -> None:
        emails = self.application.aws.emails  # with the temporary password of a new user
        match = re.search(r"temporary password is (\S+)", emails[-1]["BodyText"] if emails else "")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill(match[1].rstrip(".") if match else PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        new = self.page.get_by_label("New password", exact=True)
        new.or_(self.page.locator(END)).first.wait_for()
        if new.count():
            new.fill(PASSWORD)
            self.page.get_by_label("Confirm new password").fill(PASSWORD)
            self.page.get_by_role("button", name="Update password").click()
            self.page.locator(END).first.wait_for()

    def look(self) -> None:
        self.observations["page"].append(self.page.locator("body").inner_text())
        for response in self.responses:
            if response.url.endswith("/oauth2/token") and response.request.method == "POST":
                self.observations["network"].append(response.text())
        self.responses.clear()  # their text is not kept beyond the next page

    def sees(self, row: Row) -> bool:
        """Return whether a symptom of the row is where the guide says."""
        for symptom in row["symptoms"]:
            texts = re.findall(r"[*`]([^*`]+)[*`]", symptom["text"])
            words = ("console", "Network tab", "URL")
            place = next((word for word in words if word in symptom["where"]), "page")
            where = self.observations[place.partition(" ")[0].lower()]
            if texts and any(max(texts, key=len) in text for text in where):
                return True
        return False


def test_a_browser_shows_the_symptom_until_it_is_fixed(
    setup: Setup,  # noqa: F811
    page: Page,
    _warm_commands: Path,
    fault: str,
) -> None:
    one, person = FAULTS[fault], Person(page, setup)
    row = ROWS[one.check]
    one.inject(setup)
    username = TYPED.get(fault, "ada")
    person.sign_in(username)
    assert person.sees(row), person.observations
    values = {"oidc_url": setup.oidc_url, "client_id": setup.client_id}
    result = diagnose(*(argument.format(**values) for argument in one.arguments))
    [finding] = [check for check in result.json["checks"] if check["status"] == "wrong"]
    if one.repair:
        one.repair(setup)
    else:
        fix(setup, _warm_commands, finding["fix"], one.enter)
    setup.deploy()
    person.sign_in("grace" if username == "grace" else "ada")
    assert not person.sees(row), person.observations
    assert re.search(r"Greetings, \w", person.observations["page"][0]), person.observations
    assert page.url == APP, "signed out"


def test_every_fault_is_shown_or_has_a_reason() -> None:
    assert set(INVISIBLE) < set(FAULTS) and set(SAMPLE) < set(VISIBLE)
    assert {FAULTS[fault].check for fault in VISIBLE} <= set(ROWS)
