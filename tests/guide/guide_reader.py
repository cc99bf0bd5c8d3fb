"""The guide's own reader: the robot, and what it does outside of the page.

It reads the invitation, deploys the application, signs in and out, and looks at the token.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page, Request

from guide_world import confirmation
from local_aws import LocalAws, application
from local_aws.region import partition_of
from mkdocs_macros_runbook import Robot
from mkdocs_macros_runbook.robot.reader import Step

PAGE = "using-aws-cognito/"
SIGN_IN, CLEAN_UP = "sign-in", "clean-up"  # steps
SIGN_OUT = "troubleshooting/#sign-out"
DOCUMENTS = ("openid-configuration", "jwks.json", "env.js")  # to which pages lead
PASSWORD = "Correct-Horse-7-Battery"  # noqa: S105 - for a user who is gone with the run
_MILLISECONDS = 60_000

#: what a reader has to know of themselves
VALUES = {
    "APPLICATION_NAME": "Acme Data",
    "first_username": "grace",
    "first_user_email": "grace@acme.example",
    "first_user_full_name": "Grace Hopper",
}


# The emulator signs every token as a user pool of the commercial Regions.
NOT_SHOWN = {
    "aws-eusc": "the issuer in the token: the local AWS has that of the commercial Regions, and AWS"
    " documents none for this partition"
}


@dataclass
class SignIn:
    """How a sign-in ended."""

    route: str
    region: str
    issuer: str = ""
    client_id: str = ""
    nonce: str = ""
    id_token: str = field(default="", repr=False)
    #: the claims of the token, which were verified
    claims: dict[str, Any] = field(default_factory=dict)
    #: what the application greeted the user with
    greeting: str = ""

    @property
    def not_shown(self) -> str:
        """What a local AWS cannot show of this sign-in; empty if there is nothing."""
        return NOT_SHOWN.get(partition_of(self.region), "")

    @property
    def checked(self) -> list[str]:
        """What the test compares."""
        issuer = [] if self.not_shown else ["its issuer"]
        return ["the signature of the ID token", "its audience", "its nonce", *issuer]


class GuideReader:
    """A reader of the guide on one route, in a browser that finds the local AWS."""

    def __init__(
        self,
        aws: LocalAws,
        page: Page,
        site: str,
        environment: Mapping[str, str],
        route: str,
        region: str,
    ) -> None:
        self._aws, self._site = aws, site
        self.sign_in = SignIn(route, region)
        #: a second tab, for the application
        self.page = page.context.new_page()
        self.page.on("request", self._note_nonce)
        page.context.set_default_timeout(_MILLISECONDS)
        self.robot = Robot(page, site + PAGE, environment, _MILLISECONDS / 1000)
        application.write_source(self.robot.folder)
        self._publish()

    def _publish(self) -> None:
        """Let curl find the site where it is served: the page does not know the port."""
        published = urlsplit(self.robot.value("guide_url")).netloc
        curlrc = self.robot.folder / ".curlrc"
        curlrc.write_text(f"connect-to = {published}:{urlsplit(self._site).netloc}\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.page.close()
        self.robot.close()

    def steps(self) -> list[Step]:
        """Choose the route and set the values; return the steps of the page."""
        self.robot.choose(self.sign_in.route)
        self.robot.enter({**VALUES, "region": self.sign_in.region})
        return [*self.robot.steps()]

    def take(self, step: Step) -> None:
        """Do what the step says, also outside of the page."""
        if step.anchor == CLEAN_UP:
            names = ("user_pool_id", "user_pool_name")
            self.robot.type(confirmation({name: self.robot.value(name) for name in names}))
        self.robot.read(step)
        if step.anchor == "connecting-to-an-existing-cognito-user-pool":
            self._deploy()
        elif step.anchor == SIGN_IN:
            self.page.bring_to_front()
            self._use_the_temporary_password()
            self._look_at_the_application()

    def _deploy(self) -> None:
        """Deploy what `lib/constants.ts` configures; enter what the deployment prints."""
        url = application.url(self.sign_in.region)
        self._aws.front.files = application.build(self.robot.folder, url)
        self.robot.enter({"api_id": urlsplit(url).netloc.partition(".")[0]})
        assert self.robot.value("application_url") == url

    def _use_the_temporary_password(self) -> None:
        self.page.goto(self.robot.value("application_url"))
        self._ask_for_sign_in()
        self._enter(VALUES["first_username"], self._temporary_password())
        self.page.get_by_label("New password", exact=True).fill(PASSWORD)
        self.page.get_by_label("Confirm new password").fill(PASSWORD)
        self.page.get_by_role("button", name="Update password").click()

    def _temporary_password(self) -> str:
        (invitation,) = self._aws.emails
        assert invitation["To"] == [VALUES["first_user_email"]]
        match = re.search(r"temporary password is (\S+)", invitation["BodyText"])
        assert match, invitation["BodyText"]
        return match[1].rstrip(".")

    def _ask_for_sign_in(self) -> None:
        self._wait_for_the_application()
        self.page.get_by_role("button", name="Sign in").click()

    def _wait_for_the_application(self) -> None:
        self.page.locator("body[data-state=ready]").wait_for()

    def _enter(self, username: str, password: str) -> None:
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def _look_at_the_application(self) -> None:
        self.page.wait_for_url(application.url(self.sign_in.region))
        self._wait_for_the_application()
        result = self.sign_in
        result.greeting = self.page.locator("#greeting").inner_text()
        entries = self.page.evaluate("Object.entries(sessionStorage)")
        (user,) = [json.loads(text) for key, text in entries if key.startswith("oidc.user:")]
        result.id_token = user["id_token"]
        result.issuer, result.client_id = self._constants()
        result.claims = verified_claims(result, self._aws.endpoint_url)
        alt = f"The application, which shows the claims of the ID token: {result.greeting}"
        self.robot.end(self.page, alt, result.checked, result.not_shown)

    def _constants(self) -> tuple[str, str]:
        """What the guide's step wrote."""
        text = (self.robot.folder / "lib" / "constants.ts").read_text()
        constants = dict(re.findall(r"export const (\w+) = '(.*)';", text))
        return constants["OIDC_URL"], constants["OIDC_CLIENT_NAME"]

    def sign_out_of_the_application_alone(self) -> None:
        """Do what the guide warns of, and come back signed in without a question."""
        self.page.get_by_role("button", name="Sign out").click()
        self.page.get_by_text("Required String parameter 'redirect_uri' is not present").wait_for()
        self.page.goto(application.url(self.sign_in.region))
        self._ask_for_sign_in()
        self.page.get_by_text(self.sign_in.greeting).wait_for()

    def sign_out(self) -> None:
        """Sign out as the guide says, and be asked again."""
        self.page.evaluate("sessionStorage.clear()")  # as in a new tab
        self.page.goto(self._site + SIGN_OUT)
        addresses = {*self._addresses(self.robot.page), *self._addresses(self.page)}
        block = self.page.locator("article pre", has_text="/logout?")
        self.page.goto(block.inner_text().strip())
        self.page.wait_for_url(application.url(self.sign_in.region))
        self._ask_for_sign_in()
        self.page.get_by_label("Password").wait_for()
        self._open(addresses)
        self.robot.page.bring_to_front()

    def _addresses(self, page: Page) -> list[str]:
        """Return the addresses on a page of the guide that the local AWS answers for.

        They are links, and documents of the user pool whose address is only shown.
        """
        names = ("oidc_url", "application_url")
        hosts = [urlsplit(self.robot.value(name)).netloc for name in names]
        addresses: list[str] = page.evaluate(
            "[...document.querySelectorAll('article a[href]')].map(link => link.href).concat("
            "[...document.querySelectorAll('article code')].map(code => code.textContent.trim())"
            ".filter(text => /^https:[^ ]+[.]well-known[/][^ ]+$/.test(text)))"
        )
        return [address for address in addresses if urlsplit(address).netloc in hosts]

    def _open(self, addresses: Iterable[str]) -> None:
        """Open each address; raises `AssertionError` if there is nothing at one."""
        missing = set(DOCUMENTS) - {address.rpartition("/")[2] for address in addresses}
        assert not missing, f"no page leads to {missing}"
        for address in sorted(addresses):
            answer = self.page.goto(address)
            assert answer, address
            assert answer.ok, f"{answer.status} at {address}"

    def _note_nonce(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.path == "/oauth2/authorize" and not self.sign_in.nonce:
            self.sign_in.nonce = dict(parse_qsl(parts.query)).get("nonce", "")


def verified_claims(sign_in: SignIn, endpoint_url: str) -> dict[str, Any]:
    """Return the claims of the token, verified as an API does it.

    Raises `jwt.InvalidTokenError` if its signature, its audience or its issuer is not right.
    """
    import jwt

    pool_id = sign_in.issuer.rpartition("/")[2]
    keys = jwt.PyJWKClient(f"{endpoint_url}/{pool_id}/.well-known/jwks.json")
    claims: dict[str, Any] = jwt.decode(
        sign_in.id_token,
        keys.get_signing_key_from_jwt(sign_in.id_token),
        algorithms=["RS256"],
        audience=sign_in.client_id,
        issuer=None if sign_in.not_shown else sign_in.issuer,
        options={"require": ["exp", "iss", "aud", "sub"]},
    )
    return claims


def key_hash(certificate: Path) -> str:
    """Return what makes one Chromium trust a certificate's key: see `browser_arguments`."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    public = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(public).digest()).decode()


def browser_arguments(aws: LocalAws) -> list[str]:
    """For a Chromium that finds AWS's hosts at the local AWS, and no other host anywhere."""
    certificate = aws.front.authority.with_name("certificate.pem")
    return [
        f"--proxy-server={urlsplit(aws.front.url).netloc}",
        f"--ignore-certificate-errors-spki-list={key_hash(certificate)}",
    ]
