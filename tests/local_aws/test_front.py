"""The real addresses on loopback: documents, login pages and applications, as AWS has them."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest

from local_aws import LocalAws
from local_aws.answer import Answer

APP = "https://abc123defg.execute-api.us-east-2.amazonaws.com/Prod/"
LOGIN = "https://acme.auth.us-east-2.amazoncognito.com"


class Here(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Stay where a redirect is."""


def get(local_aws: LocalAws, url: str, data: bytes | None = None) -> tuple[int, str, str]:
    """Return the status, the address of a redirect, and the text."""
    proxy = urllib.request.ProxyHandler({"https": local_aws.front.url})
    context = ssl.create_default_context(cafile=local_aws.front.authority)
    opener = urllib.request.build_opener(
        proxy, urllib.request.HTTPSHandler(context=context), Here()
    )
    try:
        with opener.open(url, data, timeout=10) as response:
            return response.status, "", response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("Location", ""), error.read().decode()


@pytest.fixture
def client() -> dict[str, str]:
    """Return the IDs of a user pool with a domain and of an app client that signs people in."""
    cognito = boto3.client("cognito-idp", region_name="us-east-2")
    pool = {"UserPoolId": cognito.create_user_pool(PoolName="a")["UserPool"]["Id"]}
    app_client = cognito.create_user_pool_client(
        **pool,
        ClientName="web",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        SupportedIdentityProviders=["COGNITO"],
        CallbackURLs=[APP],
        LogoutURLs=[APP],
    )["UserPoolClient"]
    cognito.create_user_pool_domain(**pool, Domain="acme", ManagedLoginVersion=2)
    cognito.create_managed_login_branding(
        **pool, ClientId=app_client["ClientId"], UseCognitoProvidedValues=True
    )
    return pool | {"ClientId": app_client["ClientId"]}


def authorize(client: dict[str, str], **changes: str) -> str:
    query = {
        "response_type": "code",
        "client_id": client["ClientId"],
        "redirect_uri": APP,
        "scope": "openid email",
        "state": "x",
    }
    return f"/oauth2/authorize?{urlencode(query | changes)}"


def test_documents_are_on_the_issuers_host(local_aws: LocalAws, client: dict[str, str]) -> None:
    issuer = f"https://cognito-idp.us-east-2.amazonaws.com/{client['UserPoolId']}"
    _, _, text = get(local_aws, f"{issuer}/.well-known/openid-configuration")
    document = json.loads(text)
    assert document["issuer"] == issuer
    assert document["authorization_endpoint"] == f"{LOGIN}/oauth2/authorize"
    _, _, keys = get(local_aws, document["jwks_uri"])
    assert len(json.loads(keys)["keys"]) == 2
    for wrong in (f"{issuer}x", f"{issuer}/", issuer.replace("us-east-2.", "us-west-2.")):
        assert get(local_aws, f"{wrong}/.well-known/openid-configuration")[0] == 400
    cognito = boto3.client("cognito-idp", region_name="us-east-2")
    cognito.delete_user_pool_domain(UserPoolId=client["UserPoolId"], Domain="acme")
    _, _, text = get(local_aws, f"{issuer}/.well-known/openid-configuration")
    assert "authorization_endpoint" not in json.loads(text)
    with pytest.raises(urllib.error.URLError, match="502"):
        get(local_aws, f"{LOGIN}/login")


@pytest.mark.parametrize(
    ("change", "location"),
    [
        ({}, "/login?response_type=code"),
        ({"redirect_uri": APP.rstrip("/")}, "/error?error=redirect_mismatch&client_id="),
        ({"client_id": "x"}, "/error?error=Client+does+not+exist"),
        ({"client_id": ""}, "/error?error=Required+parameters+missing"),
        ({"response_type": "token"}, f"{APP}?error=unauthorized_client&state=x"),
        ({"scope": "openid profile"}, f"{APP}?error_description=invalid_scope&state=x&error=inv"),
    ],
)
def test_what_is_refused_before_the_login_page(
    local_aws: LocalAws, client: dict[str, str], change: dict[str, str], location: str
) -> None:
    status, address, _ = get(local_aws, LOGIN + authorize(client, **change))
    assert status == 302 and address.startswith(location)
    if address.startswith("/error"):
        status, _, text = get(local_aws, LOGIN + address)
        assert status == 400 and "An error was encountered with the requested page." in text


def test_a_scope_that_is_refused_on_the_page_of_errors(
    local_aws: LocalAws, client: dict[str, str]
) -> None:
    local_aws.show_scope_errors()
    scope = {"scope": "openid profile"}
    _, address, _ = get(local_aws, LOGIN + authorize(client, **scope))
    assert address.startswith("/error?error=invalid_scope&client_id=")
    assert get(local_aws, LOGIN + authorize(client))[1].startswith("/login?")


def test_a_login_page_needs_a_style(local_aws: LocalAws, client: dict[str, str]) -> None:
    page = LOGIN + authorize(client).replace("/oauth2/authorize", "/login")
    status, _, text = get(local_aws, page)
    assert status == 200 and 'type="password"' in text
    cognito = boto3.client("cognito-idp", region_name="us-east-2")
    style = cognito.describe_managed_login_branding_by_client(**client)["ManagedLoginBranding"]
    cognito.delete_managed_login_branding(
        UserPoolId=client["UserPoolId"], ManagedLoginBrandingId=style["ManagedLoginBrandingId"]
    )
    status, _, text = get(local_aws, page)
    assert status == 403 and "Login pages unavailable" in text


def test_signing_out(local_aws: LocalAws, client: dict[str, str]) -> None:
    url = f"{LOGIN}/logout?client_id={client['ClientId']}&logout_uri="
    assert get(local_aws, url + APP)[:2] == (302, APP)
    assert get(local_aws, f"{url}https://evil.example/")[1].startswith("/error?error=Required+")


def test_an_application_is_what_a_test_says(local_aws: LocalAws) -> None:
    local_aws.front.files[f"{APP}env.js"] = Answer(200, b"window.env = {}")
    assert get(local_aws, f"{APP}env.js") == (200, "", "window.env = {}")
    assert get(local_aws, APP)[0] == 404
    local_aws.front.hosts["abc123defg.execute-api.us-east-2.amazonaws.com"] = None
    with pytest.raises(urllib.error.URLError, match="502"):
        get(local_aws, f"{APP}env.js")
    local_aws.reset()
    with pytest.raises(urllib.error.URLError, match="502"):
        get(local_aws, f"{APP}env.js")
