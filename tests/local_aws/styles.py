"""Login page styles (ManagedLoginBranding), which the emulator does not have."""

from __future__ import annotations

import time
import uuid

from .answer import Members, Refusal

_MOST = 20  # in a user pool


class Styles:
    """Every style of every user pool."""

    def __init__(self) -> None:
        self._styles: dict[str, Members] = {}
        self._clients: dict[str, str] = {}

    def create(self, members: Members) -> Members:
        client_id = members["ClientId"]
        if client_id in self._clients:
            # botocore 1.44.5 model: CreateManagedLoginBranding errors.
            raise Refusal(
                "ManagedLoginBrandingExistsException",
                f"Managed login branding already exists for client {client_id}.",
            )
        # Developer Guide, quotas: at most 20 styles in a user pool.
        in_pool = [
            one for one in self._styles.values() if one["UserPoolId"] == members["UserPoolId"]
        ]
        if len(in_pool) >= _MOST:
            raise Refusal("LimitExceededException", "The user pool has 20 styles.")
        now = time.time()
        style = {
            "ManagedLoginBrandingId": str(uuid.uuid4()),
            "UserPoolId": members["UserPoolId"],
            "CreationDate": now,
            "LastModifiedDate": now,
        } | _content(members)
        self._styles[style["ManagedLoginBrandingId"]] = style
        self._clients[client_id] = style["ManagedLoginBrandingId"]
        return style

    def describe(self, members: Members) -> Members:
        style = self._styles.get(members["ManagedLoginBrandingId"])
        if style is None or style["UserPoolId"] != members["UserPoolId"]:
            raise Refusal("ResourceNotFoundException", "Managed login branding does not exist.")
        return style

    def describe_by_client(self, members: Members) -> Members:
        # The code is modelled for this operation; that a client without a style gets it is derived.
        style_id = self._clients.get(members["ClientId"], "")
        return self.describe(members | {"ManagedLoginBrandingId": style_id})

    def update(self, members: Members) -> Members:
        """Unlike the other updates, what is left out stays (model: UpdateManagedLoginBranding)."""
        style = self.describe(members)
        own = members.get("Settings") is not None or bool(members.get("Assets"))
        merged = style | members | ({"UseCognitoProvidedValues": False} if own else {})
        style |= _content(merged) | {"LastModifiedDate": time.time()}
        return style

    def delete(self, members: Members) -> None:
        style_id = self.describe(members)["ManagedLoginBrandingId"]
        del self._styles[style_id]
        self._clients = {client: own for client, own in self._clients.items() if own != style_id}

    def forget_client(self, client_id: str) -> None:
        self._styles.pop(self._clients.pop(client_id, ""), None)

    def forget_user_pool(self, pool_id: str) -> None:
        self._styles = {
            style_id: style
            for style_id, style in self._styles.items()
            if style["UserPoolId"] != pool_id
        }
        self._clients = {
            client: style_id
            for client, style_id in self._clients.items()
            if style_id in self._styles
        }


def _content(members: Members) -> Members:
    """Cognito's own values, or the caller's."""
    if members.get("UseCognitoProvidedValues"):
        return {"UseCognitoProvidedValues": True, "Settings": None, "Assets": None}
    return {
        "UseCognitoProvidedValues": False,
        "Settings": members.get("Settings"),
        "Assets": members.get("Assets"),
    }
