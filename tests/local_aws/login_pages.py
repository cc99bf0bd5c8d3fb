"""What a browser gets from a user pool's hosts: documents, login pages, tokens.

The emulator has them on one host and without AWS's error pages. This layer has them on the hosts
and with the answers that AWS is reported to give; where AWS's answer is not known, its kind is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from mkdocs_macros_cognito.regions_table import regions

from .answer import Answer, Members
from .call import Call
from .cognito import Cognito
from .emulator import Emulator

_HTML = {"Content-Type": "text/html; charset=utf-8"}
_UNAVAILABLE = "Login pages unavailable. Please contact an administrator."
_OF_EMAIL = {"email", "email_verified"}  # attributes of the scope: OpenID Connect Core, 5.4
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")


class LoginPages:
    """The hosts `cognito-idp...` of every Region, and every login domain."""

    def __init__(self, emulator: Emulator, cognito: Cognito) -> None:
        self._emulator, self._cognito = emulator, cognito
        facts = regions().items()
        self._issuers = {
            f"{prefix}{fact['issuer_host']}": region
            for region, fact in facts
            for prefix in ("", "issuer-")
        }
        self._login_domains = {fact["login_domain"]: region for region, fact in facts}
        self.reset()

    def reset(self) -> None:
        #: whether a scope is refused on the page /error, or by a redirect to the callback: both
        #: were seen, and AWS does not document when
        self.shows_scope_errors = False

    def answer(self, host: str, call: Call) -> Answer | None:
        """Return what the host answers; None if there is no such host."""
        if host in self._issuers:
            return self._document(host, call)
        prefix, _, domain = host.partition(".")
        region = self._login_domains.get(domain)
        pool_id = self._cognito.pool_of_domain(host, None)
        if region:
            pool_id = self._cognito.pool_of_domain(prefix, region)
        return self._page(pool_id, call) if pool_id else None

    def login_host(self, pool_id: str) -> str:
        """Return the host of the login pages, or nothing."""
        region, name = self._cognito.domain_of_pool(pool_id)
        if "." in name or not name:  # a domain of one's own
            return name
        return f"{name}.{regions()[region]['login_domain']}"

    def _document(self, host: str, call: Call) -> Answer:
        """A discovery document or a key set.

        Without a domain it has no endpoints, and with one they are on its host: Developer Guide,
        federation-endpoints. What AWS answers for a pool that does not exist is not documented.
        """
        match = re.fullmatch(r"/(([\w-]+)_[0-9A-Za-z]+)/\.well-known/([\w.-]+)", call.path)
        answer = self._emulator.answer(call) if match else None
        if not match or not answer or answer.is_refusal or match[2] != self._issuers[host]:
            text = f"User pool {call.path.split('/')[1]} does not exist."
            body = json.dumps({"code": "BadRequest", "message": text}).encode()
            return Answer(400, body, {"Content-Type": "application/json"})
        if match[3] != "openid-configuration":
            return answer
        document = json.loads(self._cognito.with_issuer(call.path, answer).body)
        login_host = self.login_host(match[1])
        for name in (*_ENDPOINTS, "end_session_endpoint"):
            url = urlsplit(document.pop(name))
            if login_host:
                document[name] = f"https://{login_host}{url.path}"
        document["jwks_uri"] = f"https://{host}{urlsplit(document['jwks_uri']).path}"
        return replace(answer, body=json.dumps(document).encode())

    def _page(self, pool_id: str, call: Call) -> Answer:
        parts = urlsplit(call.path)
        parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
        if call.method == "POST":
            parameters |= dict(parse_qsl(call.body.decode(), keep_blank_values=True))
        client = self._cognito.app_client(pool_id, parameters.get("client_id", "")) or {}
        if parts.path == "/error":
            return _error_page(parameters.get("error", ""))
        if parts.path == "/oauth2/token":
            return self._token(client, parameters, call)
        if parts.path == "/logout":
            return _signed_out(client, parameters)
        if parts.path == "/oauth2/userInfo" or "np_token" in parameters:  # a new password
            return self._emulator.answer(call)
        if parts.path not in ("/oauth2/authorize", "/login"):
            return Answer(404, _html("Not found"), _HTML)
        if refusal := next(_refusals(client, parameters, self.shows_scope_errors), None):
            return refusal
        if parts.path == "/oauth2/authorize":
            return _to(f"/login?{parts.query}")
        unavailable = self._unavailable(pool_id, client)
        if unavailable or call.method == "POST":
            return unavailable or self._emulator.answer(call)
        return self._emulator.answer(replace(call, path=f"/oauth2/authorize?{parts.query}"))

    def _unavailable(self, pool_id: str, client: Members) -> Answer | None:
        """Managed login without a style: 403, as minorun365/html-share#3 has it."""
        if self._cognito.needs_style(pool_id, client["ClientId"]):
            return Answer(403, _html(_UNAVAILABLE), _HTML)
        if "COGNITO" not in client.get("SupportedIdentityProviders", []):
            text = "Login option is not available. Please try another one"
            return Answer(400, _html(text), _HTML)
        return None

    def _token(self, client: Members, parameters: dict[str, str], call: Call) -> Answer:
        # Developer Guide, token-endpoint: a client with a secret has to send it; that this is
        # looked at before the code is derived from it.
        secret = client.get("ClientSecret")
        if (
            secret
            and parameters.get("client_secret") != secret
            and "authorization" not in call.headers
        ):
            return _no_token("invalid_client")
        # The same: the client must be able to read every attribute of a scope.
        readable = client.get("ReadAttributes") or _OF_EMAIL
        if "email" in client.get("AllowedOAuthScopes", []) and not set(readable) >= _OF_EMAIL:
            return _no_token("invalid_grant")
        return self._emulator.answer(call)


def _no_token(error: str) -> Answer:
    # Developer Guide, cognito-user-pools-managed-login: this endpoint allows every origin.
    headers = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
    return Answer(400, json.dumps({"error": error}).encode(), headers)


def _refusals(
    client: Members, parameters: dict[str, str], shows_scope_errors: bool
) -> Iterator[Answer]:
    """What AWS refuses before its login page, in its order, with the forms that were reported."""
    callback = parameters.get("redirect_uri", "")
    if not parameters.get("client_id") or not callback:
        yield _error("Required parameters missing")  # NASA-IMPACT/veda-data-airflow#170
    if not client:
        yield _error("Client does not exist")
    if not client.get("AllowedOAuthFlowsUserPoolClient"):
        yield _error("Client is not enabled for OAuth2.0 flows.", client)
    if callback not in client.get("CallbackURLs", []):
        yield _error("redirect_mismatch", client)  # aws/aws-aspnet-cognito-identity-provider#167
    state = {"state": parameters["state"]} if parameters.get("state") else {}
    # Developer Guide, authorization-endpoint.
    if parameters.get("response_type") not in client.get("AllowedOAuthFlows", []):
        yield _back(callback, {"error": "unauthorized_client"} | state)
    # The page was seen (python-social-auth/social-app-django#538), and this form of a redirect;
    # the guide of AWS prints error=invalid_scope.
    if set(parameters.get("scope", "").split()) - set(client.get("AllowedOAuthScopes", [])):
        form = {"error_description": "invalid_scope", **state, "error": "invalid_request"}
        yield _error("invalid_scope", client) if shows_scope_errors else _back(callback, form)


def _signed_out(client: Members, parameters: dict[str, str]) -> Answer:
    # Developer Guide, logout-endpoint; text: amazon-archives/amazon-cognito-auth-js#25.
    if client and parameters.get("logout_uri") in client.get("LogoutURLs", []):
        return _to(parameters["logout_uri"])
    return _error("Required String parameter 'redirect_uri' is not present", client)


def _error(text: str, client: Members | None = None) -> Answer:
    named = {"client_id": client["ClientId"]} if client else {}
    return _to(f"/error?{urlencode({'error': text, **named})}")


def _error_page(text: str) -> Answer:
    return Answer(400, _html("An error was encountered with the requested page.", text), _HTML)


def _back(callback: str, parameters: dict[str, str]) -> Answer:
    return _to(f"{callback}{'&' if '?' in callback else '?'}{urlencode(parameters)}")


def _to(location: str) -> Answer:
    return Answer(302, b"", {"Location": location, "Cache-Control": "no-store"})


def _html(*lines: str) -> bytes:
    # The texts are those above, or of a test's own request.
    return "".join(f"<p>{line.replace('<', '&lt;')}</p>" for line in lines).encode()
