"""Cognito's own session: a browser in which somebody signed in is not asked again for an hour.

Developer Guide, cognito-user-pools-managed-login; only /logout ends it before, logout-endpoint. The
emulator has no such session, so an application's sign-out alone would seem to work.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode, urlsplit

from .answer import Answer
from .call import Call

Answers = Callable[[str, Call], Answer | None]

_COOKIE = "cognito"
_SECONDS = 3600


@dataclass
class Session:
    """What a person entered, and until when it stands for them; 0 if they were not let in."""

    username: str
    password: str
    until: float = 0


class Sessions:
    """Login pages that know a browser again."""

    def __init__(self, login_pages: Answers) -> None:
        self._login_pages = login_pages
        #: by host and cookie
        self._sessions: dict[tuple[str, str], Session] = {}

    def answer(self, host: str, call: Call) -> Answer | None:
        """Return what the host answers; None if there is no such host."""
        parts = urlsplit(call.path)
        cookie = SimpleCookie(call.headers.get("cookie", "")).get(_COOKIE)
        key = (host, cookie.value if cookie else secrets.token_urlsafe(16))
        if parts.path == "/login" and call.method == "POST":
            return self._enter(key, call)
        answer = self._login_pages(host, call)
        to = answer.headers.get("Location", "/error") if answer else "/error"
        if parts.path == "/logout" and not to.startswith("/error"):
            self._sessions.pop(key, None)
        session = self._sessions.get(key)
        is_form = parts.path == "/login" and answer and answer.status == 200
        if is_form and session and time.time() < session.until:
            entered = {"username": session.username, "password": session.password}
            query = dict(parse_qsl(parts.query))
            body = urlencode(query | entered).encode()
            return self._login_pages(host, replace(call, method="POST", path="/login", body=body))
        return answer

    def _enter(self, key: tuple[str, str], call: Call) -> Answer | None:
        """Pass on what a person entered, and remember it if it lets them in."""
        entered = dict(parse_qsl(call.body.decode(), keep_blank_values=True))
        if "username" in entered:
            self._sessions[key] = Session(entered["username"], entered.get("password", ""))
        elif "new_password" in entered and key in self._sessions:
            self._sessions[key].password = entered["new_password"]
        answer = self._login_pages(key[0], call)
        if answer is None:
            return None
        if answer.status == 302 and key in self._sessions:
            self._sessions[key].until = time.time() + _SECONDS
        attributes = f"Path=/; Max-Age={_SECONDS}; Secure; HttpOnly; SameSite=Lax"
        return replace(
            answer, headers=answer.headers | {"Set-Cookie": f"{_COOKIE}={key[1]}; {attributes}"}
        )
