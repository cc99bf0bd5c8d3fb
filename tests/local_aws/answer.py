"""What goes back to the client: an answer, or AWS's refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

Members = dict[str, Any]


class Refusal(Exception):
    """AWS says no. Codes are AWS's; texts are approximations unless a rule says otherwise."""

    def __init__(self, code: str, text: str, status: int = 400) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text
        self.status = status


@dataclass(frozen=True)
class Answer:
    """An HTTP response in the form the service's protocol wants."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def members(self) -> Members:
        """The body of a JSON answer."""
        parsed: Members = json.loads(self.body or b"{}")
        return parsed

    @property
    def is_refusal(self) -> bool:
        return self.status >= 400

    @property
    def checked(self) -> Members:
        """The members of a JSON answer that is no refusal."""
        if self.is_refusal:
            code = self.members.get("__type", "").rpartition("#")[2]
            raise Refusal(code, self.members.get("message", ""), self.status)
        return self.members


def answer(members: Members) -> Answer:
    """An answer of a JSON service."""
    body = json.dumps(members).encode()
    return Answer(200, body, {"Content-Type": "application/x-amz-json-1.1"})


def refusal_answer(refusal: Refusal, *, xml: bool = False) -> Answer:
    """A refusal as a JSON service words it, or a query service (CloudFormation, STS) in XML."""
    if xml:
        body = (
            "<ErrorResponse><Error><Type>Sender</Type>"
            f"<Code>{escape(refusal.code)}</Code><Message>{escape(refusal.text)}</Message>"
            "</Error><RequestId>local-aws</RequestId></ErrorResponse>"
        )
        return Answer(refusal.status, body.encode(), {"Content-Type": "text/xml"})
    body = json.dumps({"__type": refusal.code, "message": refusal.text})
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": refusal.code}
    return Answer(refusal.status, body.encode(), headers)
