"""One API call as it arrives on the wire."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from .answer import Members, Refusal

COGNITO_TARGET = "AWSCognitoIdentityProviderService"

_CREDENTIAL = re.compile(
    r"Credential=(?P<key>[^/,]+)/\d{8}/(?P<region>[^/,]+)/(?P<service>[^/,]+)/aws4_request"
)


@dataclass(frozen=True)
class Call:
    """A request, and what its signature says about it. Header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def _scope(self, part: str) -> str:
        match = _CREDENTIAL.search(self.headers.get("authorization", ""))
        return match[part] if match else ""

    @property
    def region(self) -> str:
        """The Region of the SigV4 credential scope; empty when the call is not signed."""
        return self._scope("region")

    @property
    def signed(self) -> bool:
        return bool(self.region)

    @property
    def service(self) -> str:
        """The service's signing name; an unsigned call is known by its target."""
        if self.headers.get("x-amz-target", "").startswith(f"{COGNITO_TARGET}."):
            return "cognito-idp"
        return self._scope("service")

    @property
    def operation(self) -> str:
        target = self.headers.get("x-amz-target", "")
        return target.rpartition(".")[2] if target else self.form.get("Action", "")

    @property
    def members(self) -> Members:
        """The members of a JSON call."""
        try:
            parsed: Any = json.loads(self.body or b"{}")
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise Refusal("SerializationException", "")
        return parsed

    @property
    def form(self) -> dict[str, str]:
        """The parameters of a query call."""
        if "x-www-form-urlencoded" not in self.headers.get("content-type", ""):
            return {}
        parsed = parse_qs(self.body.decode(), keep_blank_values=True)
        return {name: values[0] for name, values in parsed.items()}

    @property
    def invocation(self) -> str:
        """What botocore's retries of one call have in common; empty for other clients."""
        return self.headers.get("amz-sdk-invocation-id", "")

    @property
    def speaks_xml(self) -> bool:
        return "x-amz-target" not in self.headers

    def to(self, operation: str, members: Members) -> Call:
        """The same caller, Region and account asking Cognito for something else."""
        headers = self.headers | {
            "x-amz-target": f"{COGNITO_TARGET}.{operation}",
            "content-type": "application/x-amz-json-1.1",
        }
        body = json.dumps(members).encode()
        return replace(self, method="POST", path="/", headers=headers, body=body)
