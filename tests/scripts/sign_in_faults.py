"""A setup in which people can sign in, and what can be wrong with it, as data.

A fault is injected into the setup, and names what `diagnose_sign_in.py` must find: the ID of a row
of docs/troubleshooting.yml.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from local_aws import LocalAws, application
from local_aws.answer import Answer

APP = "https://abc123defg.execute-api.us-east-2.amazonaws.com/Prod/"
LOGIN_HOST = "acme-test.auth.us-east-2.amazoncognito.com"
OLD = "https://old.example.com/"
OTHER = "https://cognito-idp.us-east-2.amazonaws.com/us-east-2_Other1234"
PASSWORD = "Sufficient-1!"  # noqa: S105 - of nobody
REGION = "us-east-2"


@dataclass
class Setup:
    """An application with its user pool in the local AWS, and the folder of its source."""

    aws: LocalAws
    folder: Path
    pool_id: str
    client_id: str

    @property
    def cognito(self) -> Any:
        return boto3.client("cognito-idp", region_name=REGION)

    @property
    def which(self) -> dict[str, str]:
        return {"UserPoolId": self.pool_id, "ClientId": self.client_id}

    @property
    def ada(self) -> dict[str, str]:
        return {"UserPoolId": self.pool_id, "Username": "ada"}

    @property
    def oidc_url(self) -> str:
        return f"https://cognito-idp.{REGION}.amazonaws.com/{self.pool_id}"

    @property
    def constants(self) -> Path:
        return self.folder / "lib" / "constants.ts"

    def set_constants(self, oidc_url: str, client_id: str, **more: str) -> None:
        values = {"OIDC_URL": oidc_url, "OIDC_CLIENT_NAME": client_id, **more}
        self.constants.parent.mkdir(exist_ok=True)
        lines = [f"export const {name} = '{value}';\n" for name, value in values.items()]
        self.constants.write_text("".join(lines))

    def override(self, **values: str) -> None:
        (self.constants.parent / "config.json").write_text(json.dumps(values))

    def deploy(self) -> None:
        self.aws.front.files |= application.build(self.folder, APP)

    def change_client(self, **changes: Any) -> None:
        """Change settings of the app client without the rules: AWS may have had others once."""
        client = boto3.client("cognito-idp", region_name=REGION, endpoint_url=self.aws.emulator_url)
        client.update_user_pool_client(**self.which, **changes)

    def restore(self, state: bytes) -> None:
        self.aws.restore(state)
        self.deploy()


@dataclass(frozen=True)
class Fault:
    """What is wrong, by the check that must find it."""

    check: str
    inject: Callable[[Setup], Any]
    #: words that must be in what was found and expected
    says: tuple[str, ...] = ()
    #: further arguments of the script
    arguments: tuple[str, ...] = ()
    #: what is entered for the placeholders of the printed command
    enter: dict[str, str] = field(default_factory=dict)
    #: what a person does when no command can; without it, the printed commands repair it
    repair: Callable[[Setup], Any] | None = None
    #: the arguments with which the person tries again, if not the same
    then: tuple[str, ...] | None = None


def style(setup: Setup) -> None:
    client = setup.cognito
    branding = client.describe_managed_login_branding_by_client(**setup.which)[
        "ManagedLoginBranding"
    ]
    client.delete_managed_login_branding(
        UserPoolId=setup.pool_id, ManagedLoginBrandingId=branding["ManagedLoginBrandingId"]
    )


def secret(setup: Setup) -> None:
    client = setup.cognito
    settings = client.describe_user_pool_client(**setup.which)["UserPoolClient"]
    for name in ("ClientId", "CreationDate", "LastModifiedDate"):
        settings.pop(name)
    app_client = client.create_user_pool_client(**settings, GenerateSecret=True)["UserPoolClient"]
    which = {"UserPoolId": setup.pool_id, "ClientId": app_client["ClientId"]}
    client.create_managed_login_branding(**which, UseCognitoProvidedValues=True)
    wrong_constants(setup, client_id=app_client["ClientId"])


def wrong_constants(setup: Setup, oidc_url: str = "", client_id: str = "") -> None:
    setup.set_constants(oidc_url or setup.oidc_url, client_id or setup.client_id)
    setup.deploy()


def sends_another_callback(setup: Setup) -> None:
    setup.set_constants(setup.oidc_url, setup.client_id, OIDC_REDIRECT_URI=OLD)
    setup.deploy()


def not_deployed_again(setup: Setup) -> None:
    wrong_constants(setup, OLD)
    setup.set_constants(setup.oidc_url, setup.client_id)


def parameter_with_old_value(setup: Setup) -> None:
    not_deployed_again(setup)
    setup.override(IDP_ENDPOINT_SSM_PARAM="/idp")


def other_pool(setup: Setup) -> str:
    """Create another user pool, with an app client, and return its OIDC URL."""
    pool_id: str = setup.cognito.create_user_pool(PoolName="other")["UserPool"]["Id"]
    return setup.oidc_url.replace(setup.pool_id, pool_id)


def no_attribute(name: str) -> Callable[[Setup], Any]:
    def change(setup: Setup) -> None:
        setup.cognito.admin_delete_user(**setup.ada)
        create_ada(setup, {name}, MessageAction="SUPPRESS")
        setup.cognito.admin_set_user_password(**setup.ada, Password=PASSWORD, Permanent=True)

    return change


def no_domain(setup: Setup) -> None:
    setup.cognito.delete_user_pool_domain(UserPoolId=setup.pool_id, Domain="acme-test")


def taken_domain(setup: Setup) -> None:
    """Somebody else has the prefix."""
    no_domain(setup)
    keys = {"aws_access_key_id": "2" * 12, "aws_secret_access_key": "x"}
    theirs = boto3.client("cognito-idp", region_name=REGION, **keys)
    pool_id = theirs.create_user_pool(PoolName="theirs")["UserPool"]["Id"]
    theirs.create_user_pool_domain(UserPoolId=pool_id, Domain="acme-test")


def expired(setup: Setup) -> None:
    """Ada was invited eight days ago."""
    client = setup.cognito
    client.admin_delete_user(**setup.ada)
    create_ada(setup, DesiredDeliveryMediums=["EMAIL"])
    [user] = client.list_users(UserPoolId=setup.pool_id)["Users"]
    date, state = user["UserLastModifiedDate"].timestamp(), setup.aws.save()
    old, new = (struct.pack(">d", seconds) for seconds in (date, date - 8 * 86400))
    assert old in state
    setup.restore(state.replace(old, new))


def reset_required(setup: Setup) -> None:
    """An administrator reset Ada's password while the user pool allowed recovery."""
    client = boto3.client("cognito-idp", region_name=REGION, endpoint_url=setup.aws.emulator_url)
    client.admin_reset_user_password(**setup.ada)


def not_confirmed(setup: Setup) -> None:
    """Eve signed up while that was allowed."""
    client = boto3.client("cognito-idp", region_name=REGION, endpoint_url=setup.aws.emulator_url)
    values = {"email": "eve@example.com", "name": "Eve", "preferred_username": "eve"}
    attributes = [{"Name": k, "Value": v} for k, v in values.items()]
    eve = {"Username": "eve", "Password": PASSWORD, "UserAttributes": attributes}
    client.sign_up(ClientId=setup.client_id, **eve)


def create_ada(setup: Setup, without: Collection[str] = (), **how: Any) -> None:
    values = {"email": "ada@example.com", "name": "Ada", "preferred_username": "ada"}
    attributes = [{"Name": k, "Value": v} for k, v in values.items() if k not in without]
    setup.cognito.admin_create_user(**setup.ada, UserAttributes=attributes, **how)


def pool_setting(**changes: Any) -> Callable[[Setup], Any]:
    def change(setup: Setup) -> None:
        from delete_user_pool import whole_update

        client = setup.cognito
        pool = client.describe_user_pool(UserPoolId=setup.pool_id)["UserPool"]
        client.update_user_pool(**whole_update(client, pool) | changes)

    return change


def scope_missing_on_error_page(setup: Setup) -> None:
    setup.aws.show_scope_errors()
    setup.change_client(AllowedOAuthScopes=["openid", "email"])


def client_setting(**changes: Any) -> Callable[[Setup], Any]:
    return lambda setup: setup.change_client(**changes)


def override(**values: str) -> Callable[[Setup], Any]:
    def write(setup: Setup) -> None:
        setup.override(**values)
        setup.deploy()

    return write


def host(name: str, answer: Answer | None) -> Callable[[Setup], Any]:
    return lambda setup: setup.aws.front.hosts.update({name: answer})


def all_is_well(setup: Setup) -> None:
    setup.aws.front.hosts.clear()


WAF = Answer(403, b"Request not allowed due to WAF block.")
NO_SLASH = APP.removesuffix("/")
FAULTS = {
    "callback without the slash": Fault(
        "redirect-mismatch",
        client_setting(CallbackURLs=[NO_SLASH]),
        (f"{NO_SLASH} (from character {len(APP)}: '' instead of '/')",),
    ),
    "callback in capitals": Fault(
        "redirect-mismatch",
        client_setting(CallbackURLs=[APP.replace("Prod", "prod")]),
        (f"from character {APP.index('Prod') + 1}: 'prod/' instead of 'Prod/'",),
    ),
    "temporary callback left": Fault(
        "redirect-mismatch", client_setting(CallbackURLs=["https://localhost:3000/callback"])
    ),
    "temporary callback beside the right one": Fault(
        "redirect-mismatch",
        client_setting(
            CallbackURLs=[APP, "https://localhost:3000/callback"],
            DefaultRedirectURI="https://localhost:3000/callback",
        ),
        ("https://localhost:3000/callback is still allowed",),
    ),
    "application sends another callback": Fault(
        "redirect-mismatch",
        sends_another_callback,
        (OLD,),
        ("--sign-out-url", APP),
    ),
    "no style": Fault("login-pages-unavailable", style),
    "plan Lite": Fault("tier", pool_setting(UserPoolTier="LITE"), ("Lite",)),
    "scope missing": Fault(
        "invalid-scope", client_setting(AllowedOAuthScopes=["openid", "email"]), ("profile",)
    ),
    "scope missing, on Cognito's page": Fault(
        "invalid-scope", scope_missing_on_error_page, ("profile",)
    ),
    "implicit grant": Fault(
        "unauthorized-client", client_setting(AllowedOAuthFlows=["implicit"]), ('["code"]',)
    ),
    "one setting was sent alone": Fault(
        "unauthorized-client",
        lambda setup: setup.cognito.update_user_pool_client(**setup.which, CallbackURLs=[APP]),
        ("AllowedOAuthFlowsUserPoolClient",),
    ),
    "no identity provider": Fault("no-provider", client_setting(SupportedIdentityProviders=[])),
    "client secret": Fault("invalid-client", secret),
    "attributes not readable": Fault(
        "invalid-grant", client_setting(ReadAttributes=["email", "name"]), ("email_verified",)
    ),
    "attributes not writable": Fault("not-writable", client_setting(WriteAttributes=["email"])),
    "user without a name": Fault("no-name", no_attribute("name"), ("ada",)),
    "user without preferred_username": Fault(
        "no-preferred-username", no_attribute("preferred_username"), ("ada",)
    ),
    "temporary password expired": Fault(
        "temporary-password", expired, ("8 days old",), ("--username", "ada")
    ),
    "disabled user": Fault(
        "disabled", lambda setup: setup.cognito.admin_disable_user(**setup.ada), ("ada",)
    ),
    "sign-up not confirmed": Fault(
        "disabled", not_confirmed, ("eve has not confirmed",), ("--username", "eve")
    ),
    "password to reset": Fault(
        "disabled",
        reset_required,
        ("ada must reset the password",),
        ("--username", "ada"),
        enter={"<new password>": PASSWORD},
    ),
    "no user with a dash": Fault(
        "incorrect-password",
        lambda _: None,
        ("no user -grace",),
        ("--username=-grace",),
        enter={"<email address>": "grace@example.com", "<full name>": "Grace Hopper"},
    ),
    "grant of machines": Fault(
        "unauthorized-client",
        client_setting(AllowedOAuthFlows=["client_credentials"]),
        ("which allows no other grant",),
        repair=client_setting(AllowedOAuthFlows=["code"]),
    ),
    "email address typed": Fault(
        "incorrect-password",
        lambda _: None,
        ("ada@example.com is the email of the user ada",),
        ("--username", "ada@example.com"),
        repair=lambda _: None,
        then=("--username", "ada"),
    ),
    "no such user": Fault(
        "incorrect-password",
        lambda _: None,
        ("no user grace",),
        ("--username", "grace"),
        enter={"<email address>": "grace@example.com", "<full name>": "Grace Hopper"},
    ),
    "wrong user pool": Fault(
        "discovery",
        lambda setup: wrong_constants(setup, f"{setup.oidc_url}x"),
        ("there is no user pool",),
    ),
    "wrong Region": Fault(
        "discovery",
        lambda setup: wrong_constants(setup, setup.oidc_url.replace("us-east-2.", "us-west-2.")),
        ("us-west-2",),
    ),
    "slash behind the OIDC URL": Fault(
        "discovery", lambda setup: wrong_constants(setup, f"{setup.oidc_url}/"), ("instead of ''",)
    ),
    "issuer type": Fault(
        "issuer-mismatch",
        pool_setting(IssuerConfiguration={"Type": "UPDATED"}),
        ("https://issuer-cognito-idp",),
    ),
    "no domain": Fault("no-domain", no_domain),
    "young domain": Fault("login-host", host(LOGIN_HOST, None), ("ACTIVE",), repair=all_is_well),
    "prefix taken": Fault(
        "domain-taken", taken_domain, ("another AWS account",), ("--domain-prefix", "acme-test")
    ),
    "sign-out URL missing": Fault("sign-out", client_setting(LogoutURLs=[OLD]), (OLD,)),
    "wrong client ID": Fault(
        "wrong-client", lambda setup: wrong_constants(setup, client_id="nobody"), ("'nobody'",)
    ),
    "space behind the client ID": Fault(
        "wrong-client",
        lambda setup: wrong_constants(setup, client_id=f"{setup.client_id} "),
        ("a client ID of this user pool: ",),
    ),
    "app client of another user pool": Fault(
        "wrong-client",
        lambda setup: wrong_constants(setup, other_pool(setup)),
        ("has no app client",),
    ),
    "override of the OIDC URL": Fault(
        "not-connected",
        override(OIDC_URL=OLD),
        ("config.json", OLD),
        ("--oidc-url", "{oidc_url}", "--client-id", "{client_id}"),
    ),
    "override by Systems Manager": Fault(
        "not-connected", parameter_with_old_value, ("IDP_ENDPOINT_SSM_PARAM", OLD)
    ),
    "old values deployed": Fault(
        "not-connected",
        not_deployed_again,
        ("env.js sets OIDC_URL", OLD),
    ),
    "override of the API's OIDC URL": Fault(
        "api-denied", override(INTERNAL_OIDC_URL=OTHER), ("config.json", OTHER)
    ),
    "override of the callback URL": Fault(
        "not-connected",
        lambda setup: setup.override(OIDC_REDIRECT_URI=OLD),
        ("config.json", OLD, APP),
        ("--callback-url", APP),
    ),
    "web ACL": Fault("waf", host(LOGIN_HOST, WAF), repair=all_is_well),
}
