"""Each rule: the layer refuses or resets what the emulator alone lets pass."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from local_aws import LocalAws

REGION = "eu-west-1"
Client = Any

INVALID = "InvalidParameterException"
PASSWORD = "Long-enough-1"  # noqa: S105


@cache
def cognito(endpoint_url: str, region: str = REGION) -> Client:
    # Without boto3's own checks: the question is what AWS says.
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return boto3.client("cognito-idp", region_name=region, endpoint_url=endpoint_url, config=config)


@pytest.fixture
def strict(local_aws: LocalAws) -> Client:
    return cognito(local_aws.endpoint_url)


@pytest.fixture
def emulator(local_aws: LocalAws) -> Client:
    return cognito(local_aws.emulator_url)


def a_pool(client: Client, **members: Any) -> str:
    pool_id: str = client.create_user_pool(PoolName="a pool", **members)["UserPool"]["Id"]
    return pool_id


WEB = {
    "ClientName": "web",
    "CallbackURLs": ["https://app.example/Prod/"],
    "LogoutURLs": ["https://app.example/"],
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "SupportedIdentityProviders": ["COGNITO"],
}


def an_app_client(client: Client, pool_id: str, **members: Any) -> str:
    answer = client.create_user_pool_client(UserPoolId=pool_id, **(WEB | members))
    client_id: str = answer["UserPoolClient"]["ClientId"]
    return client_id


def code_of(call: Callable[[], object]) -> str:
    """The code of AWS's refusal, or "accepted"."""
    try:
        call()
    except ClientError as error:
        code: str = error.response["Error"]["Code"]
        return code
    return "accepted"


def pool(**members: Any) -> Callable[[Client], str]:
    return lambda client: code_of(lambda: a_pool(client, **members))


def named_pool(name: str) -> Callable[[Client], str]:
    return lambda client: code_of(lambda: client.create_user_pool(PoolName=name))


def app_client(**members: Any) -> Callable[[Client], str]:
    def attempt(client: Client) -> str:
        pool_id = a_pool(client)
        return code_of(lambda: an_app_client(client, pool_id, **members))

    return attempt


def domain(
    prefix: str = "prefix", tier: str = "ESSENTIALS", **members: Any
) -> Callable[[Client], str]:
    def attempt(client: Client) -> str:
        pool_id = a_pool(client, UserPoolTier=tier)
        return code_of(
            lambda: client.create_user_pool_domain(UserPoolId=pool_id, Domain=prefix, **members)
        )

    return attempt


def mfa(members: dict[str, Any], tier: str = "ESSENTIALS") -> Callable[[Client], str]:
    def attempt(client: Client) -> str:
        pool_id = a_pool(client, UserPoolTier=tier)
        return code_of(lambda: client.set_user_pool_mfa_config(UserPoolId=pool_id, **members))

    return attempt


CERTIFICATE = "arn:aws:acm:us-east-2:111122223333:certificate/"
FUNCTION = "arn:aws:lambda:us-east-2:111122223333:function:"


def delete_custom_domain(client: Client) -> str:
    certificate = CERTIFICATE.replace("us-east-2", "us-east-1")
    which = {"UserPoolId": a_pool(client), "Domain": "auth.app.example"}
    client.create_user_pool_domain(**which, CustomDomainConfig={"CertificateArn": certificate})
    return code_of(lambda: client.delete_user_pool_domain(**which))


def reset_password(client: Client) -> str:
    recovery = {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}
    pool_id = a_pool(client, AccountRecoverySetting=recovery)
    a_user(client, pool_id, email="ada@a.example")
    return code_of(lambda: client.admin_reset_user_password(UserPoolId=pool_id, Username="ada"))


NO_MESSAGE: dict[str, Any] = {"MessageAction": "SUPPRESS"}


def a_user(client: Client, pool_id: str, username: str = "ada", **attributes: str) -> None:
    a_user_who_is_told(client, pool_id, username, NO_MESSAGE, attributes)


def a_user_who_is_told(
    client: Client, pool_id: str, username: str, how: dict[str, Any], attributes: dict[str, str]
) -> None:
    client.admin_create_user(
        UserPoolId=pool_id, Username=username, UserAttributes=listed(attributes), **how
    )


def listed(attributes: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"Name": name.replace("custom_", "custom:"), "Value": value}
        for name, value in attributes.items()
    ]


def user(*, aliases: tuple[str, ...] = (), **attributes: str) -> Callable[[Client], str]:
    def attempt(client: Client) -> str:
        pool_id = a_pool(client, AliasAttributes=list(aliases))
        return code_of(lambda: a_user(client, pool_id, **attributes))

    return attempt


def invited(*media: str, **attributes: str) -> Callable[[Client], str]:
    how = {"DesiredDeliveryMediums": list(media)} if media else {}
    return lambda client: code_of(
        lambda: a_user_who_is_told(client, a_pool(client), "ada", how, attributes)
    )


def invited_again(*, has_signed_in: bool) -> Callable[[Client], str]:
    def attempt(client: Client) -> str:
        ids = {"UserPoolId": a_pool(client), "Username": "ada"}
        a_user(client, ids["UserPoolId"], email="ada@a.example")
        if has_signed_in:
            client.admin_set_user_password(**ids, Password=PASSWORD, Permanent=True)
        again = {"MessageAction": "RESEND", "DesiredDeliveryMediums": ["EMAIL"]}
        return code_of(lambda: client.admin_create_user(**ids, **again))

    return attempt


def named_user(username: str, alias: str) -> Callable[[Client], str]:
    def attempt(client: Client) -> str:
        pool_id = a_pool(client, AliasAttributes=[alias])
        return code_of(lambda: a_user(client, pool_id, username))

    return attempt


def same_name_in_capitals(client: Client) -> str:
    pool_id = a_pool(client, UsernameConfiguration={"CaseSensitive": False})
    a_user(client, pool_id)
    return code_of(lambda: a_user(client, pool_id, "Ada"))


def second_user(alias: str, **attributes: str) -> Callable[[Client], str]:
    def attempt(client: Client) -> str:
        pool_id = a_pool(client, AliasAttributes=[alias])
        a_user(client, pool_id, "first", **attributes)
        return code_of(lambda: a_user(client, pool_id, "second", **attributes))

    return attempt


def updated_user(**attributes: str) -> Callable[[Client], str]:
    def attempt(client: Client) -> str:
        pool_id = a_pool(client, AliasAttributes=["preferred_username"])
        a_user(client, pool_id, "first", preferred_username="countess")
        a_user(client, pool_id, "second")
        return code_of(
            lambda: client.admin_update_user_attributes(
                UserPoolId=pool_id, Username="second", UserAttributes=listed(attributes)
            )
        )

    return attempt


def delete_protected(client: Client) -> str:
    pool_id = a_pool(client, DeletionProtection="ACTIVE")
    return code_of(lambda: client.delete_user_pool(UserPoolId=pool_id))


def delete_with_domain(client: Client) -> str:
    pool_id = a_pool(client)
    client.create_user_pool_domain(UserPoolId=pool_id, Domain="prefix")
    return code_of(lambda: client.delete_user_pool(UserPoolId=pool_id))


def delete_missing_domain(client: Client) -> str:
    pool_id = a_pool(client)
    return code_of(lambda: client.delete_user_pool_domain(UserPoolId=pool_id, Domain="prefix"))


def update_domain_of_lite_pool(client: Client) -> str:
    pool_id = a_pool(client, UserPoolTier="LITE")
    client.create_user_pool_domain(UserPoolId=pool_id, Domain="prefix")
    return code_of(
        lambda: client.update_user_pool_domain(
            UserPoolId=pool_id, Domain="prefix", ManagedLoginVersion=2
        )
    )


def sent_back_with_unused_days(client: Client) -> str:
    pool_id = a_pool(client)
    config = {"UnusedAccountValidityDays": 7}
    return code_of(
        lambda: client.update_user_pool(UserPoolId=pool_id, AdminCreateUserConfig=config)
    )


def sign_up(*, closed: bool, **attributes: str) -> Callable[[Client], str]:
    def attempt(client: Client) -> str:
        pool_id = a_pool(
            client,
            AdminCreateUserConfig={"AllowAdminCreateUserOnly": closed},
            AliasAttributes=["preferred_username"],
        )
        client_id = an_app_client(client, pool_id)
        return code_of(
            lambda: client.sign_up(
                ClientId=client_id,
                Username="ada",
                Password=PASSWORD,
                UserAttributes=listed(attributes),
            )
        )

    return attempt


def sign_in_with_a_flow_not_enabled(client: Client) -> str:
    pool_id = a_pool(client)
    client_id = an_app_client(client, pool_id)
    ids = {"UserPoolId": pool_id, "Username": "ada"}
    client.admin_create_user(**ids, **NO_MESSAGE)
    client.admin_set_user_password(**ids, Password=PASSWORD, Permanent=True)
    return code_of(
        lambda: client.admin_initiate_auth(
            UserPoolId=pool_id,
            ClientId=client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        )
    )


def search(text: str) -> Callable[[Client], str]:
    def attempt(client: Client) -> str:
        return code_of(lambda: client.list_users(UserPoolId=a_pool(client), Filter=text))

    return attempt


def updated_immutable(client: Client) -> str:
    schema = [{"Name": "fixed", "AttributeDataType": "String", "Mutable": False}]
    pool_id = a_pool(client, Schema=schema)
    a_user(client, pool_id, custom_fixed="1")
    ids = {"UserPoolId": pool_id, "Username": "ada"}
    attributes = listed({"custom_fixed": "2"})
    return code_of(lambda: client.admin_update_user_attributes(**ids, UserAttributes=attributes))


SOFTWARE_TOKEN: dict[str, Any] = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
EMAIL_MFA: dict[str, Any] = {
    "EmailMfaConfiguration": {"Subject": "code"},
    "MfaConfiguration": "OPTIONAL",
}

REFUSALS: dict[str, tuple[Callable[[Client], str], str]] = {
    "pattern": (named_pool("bad/name!"), INVALID),
    "pattern, of ASCII": (named_pool("Prüfung"), INVALID),
    "longest": (named_pool("a" * 129), INVALID),
    "enumeration": (
        pool(MfaConfiguration="MAYBE", SmsConfiguration={"SnsCallerArn": "x" * 20}),
        INVALID,
    ),
    "nested enumeration": (
        pool(EmailConfiguration={"EmailSendingAccount": "PIGEON"}),
        INVALID,
    ),
    "list size": (app_client(CallbackURLs=["https://a.example/"] * 101), INVALID),
    "number too small": (pool(Policies={"PasswordPolicy": {"MinimumLength": 5}}), INVALID),
    "MFA without SMS": (pool(MfaConfiguration="OPTIONAL"), INVALID),
    "aliases and username attributes": (
        pool(AliasAttributes=["email"], UsernameAttributes=["email"]),
        INVALID,
    ),
    "admin_only with another": (
        pool(
            AccountRecoverySetting={
                "RecoveryMechanisms": [
                    {"Name": "admin_only", "Priority": 1},
                    {"Name": "verified_email", "Priority": 2},
                ]
            }
        ),
        INVALID,
    ),
    "unused account validity": (sent_back_with_unused_days, INVALID),
    "deletion protection": (delete_protected, INVALID),
    "delete with a domain": (delete_with_domain, INVALID),
    "MFA on without a factor": (mfa({"MfaConfiguration": "ON"}), INVALID),
    "a factor with MFA off": (mfa(SOFTWARE_TOKEN | {"MfaConfiguration": "OFF"}), INVALID),
    "a factor, MFA left out": (mfa(SOFTWARE_TOKEN), INVALID),
    "e-mail MFA on LITE": (mfa(EMAIL_MFA, "LITE"), "FeatureUnavailableInTierException"),
    "e-mail MFA without SES": (mfa(EMAIL_MFA), INVALID),
    "callback over http": (app_client(CallbackURLs=["http://app.example/"]), INVALID),
    "callback that only begins like localhost": (
        app_client(CallbackURLs=["http://localhost.example/"]),
        INVALID,
    ),
    "callback with a fragment": (app_client(CallbackURLs=["https://app.example/#here"]), INVALID),
    "callback without a scheme": (app_client(CallbackURLs=["app.example/callback"]), INVALID),
    "callback without a host": (app_client(CallbackURLs=["https:///callback"]), INVALID),
    "callback with a wildcard": (app_client(CallbackURLs=["https://*.example/"]), INVALID),
    "callback that is no URL": (app_client(CallbackURLs=["https://[::1/"]), INVALID),
    "sign-out over http": (app_client(LogoutURLs=["http://app.example/"]), INVALID),
    "default redirect not listed": (app_client(DefaultRedirectURI="https://b.example/"), INVALID),
    "unknown scope": (
        app_client(AllowedOAuthScopes=["openid", "bogus"]),
        "ScopeDoesNotExistException",
    ),
    "unknown identity provider": (app_client(SupportedIdentityProviders=["NoSuchIdP"]), INVALID),
    "code flow without a callback": (app_client(CallbackURLs=[]), "InvalidOAuthFlowException"),
    "client credentials with code": (
        app_client(AllowedOAuthFlows=["code", "client_credentials"], GenerateSecret=True),
        "InvalidOAuthFlowException",
    ),
    "client credentials without a secret": (
        app_client(AllowedOAuthFlows=["client_credentials"]),
        "InvalidOAuthFlowException",
    ),
    "OAuth without scopes": (app_client(AllowedOAuthScopes=[]), INVALID),
    "two sources of the secret": (
        app_client(GenerateSecret=True, ClientSecret="s" * 40),
        INVALID,
    ),
    "user context without a secret": (
        app_client(EnablePropagateAdditionalUserContextData=True),
        INVALID,
    ),
    "unknown read attribute": (app_client(ReadAttributes=["custom:none"]), INVALID),
    "domain with a reserved word": (domain("my-aws-login"), INVALID),
    "domain with an upper-case letter": (domain("Prefix"), INVALID),
    "managed login version 3": (domain(ManagedLoginVersion=3), INVALID),
    "managed login on LITE": (
        domain(tier="LITE", ManagedLoginVersion=2),
        "FeatureUnavailableInTierException",
    ),
    "switch to managed login on LITE": (
        update_domain_of_lite_pool,
        "FeatureUnavailableInTierException",
    ),
    "delete a domain that is not there": (delete_missing_domain, "ResourceNotFoundException"),
    "unknown attribute": (user(custom_none="x"), INVALID),
    "malformed e-mail": (user(email="ada"), INVALID),
    "malformed phone number": (user(phone_number="555 1234"), INVALID),
    "username is its own alias": (
        user(aliases=("preferred_username",), preferred_username="ada"),
        "UserNotFoundException",
    ),
    "alias of another user": (
        second_user("preferred_username", preferred_username="countess"),
        "AliasExistsException",
    ),
    "verified e-mail of another user": (
        second_user("email", email="ada@a.example", email_verified="true"),
        "AliasExistsException",
    ),
    "update to the alias of another user": (
        updated_user(preferred_username="countess"),
        "AliasExistsException",
    ),
    "update to a malformed e-mail": (updated_user(email="ada"), INVALID),
    "sign-up on a closed pool": (sign_up(closed=True), "NotAuthorizedException"),
    "sign-up with the alias": (sign_up(closed=False, preferred_username="countess"), INVALID),
    "no number for the SMS that is sent by default": (invited(email="ada@a.example"), INVALID),
    "no address for the email": (invited("EMAIL", phone_number="+15551234"), INVALID),
    "invite a user who has signed in": (
        invited_again(has_signed_in=True),
        "UnsupportedUserStateException",
    ),
    "a username like an email address": (named_user("ada@a.example", "email"), INVALID),
    "a username like a phone number": (named_user("+15551234", "phone_number"), INVALID),
    "the same name in capitals": (same_name_in_capitals, "UsernameExistsException"),
    "callback with OAuth off": (app_client(AllowedOAuthFlowsUserPoolClient=False), INVALID),
    "access token for 25 hours": (app_client(AccessTokenValidity=25), INVALID),
    "ID token for 4 minutes": (
        app_client(IdTokenValidity=4, TokenValidityUnits={"IdToken": "minutes"}),
        INVALID,
    ),
    "a filter that is none": (search("nonsense"), INVALID),
    "a filter without quotation marks": (search("username = ada"), INVALID),
    "a filter of an attribute that is not searched": (search('birthdate = "x"'), INVALID),
    "update of an immutable attribute": (updated_immutable, INVALID),
    "flows of two ages": (
        app_client(ExplicitAuthFlows=["ADMIN_NO_SRP_AUTH", "ALLOW_USER_SRP_AUTH"]),
        INVALID,
    ),
    "rotation with the flow that it replaces": (
        app_client(
            ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
            RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 30},
        ),
        INVALID,
    ),
    "custom domain with a certificate of another Region": (
        domain("login.acme.example", CustomDomainConfig={"CertificateArn": f"{CERTIFICATE}x"}),
        INVALID,
    ),
    "verified e-mail that is not there": (user(email_verified="true"), INVALID),
    "reset of a password without recovery": (reset_password, INVALID),
    "template of email without SES": (
        pool(VerificationMessageTemplate={"EmailMessage": "Code: {####}"}),
        INVALID,
    ),
    "template of invitations without SES": (
        pool(
            AdminCreateUserConfig={
                "InviteMessageTemplate": {"EmailMessage": "{username}: {####}"},
            }
        ),
        INVALID,
    ),
    "two triggers of tokens": (
        pool(
            LambdaConfig={
                "PreTokenGeneration": f"{FUNCTION}a",
                "PreTokenGenerationConfig": {"LambdaArn": f"{FUNCTION}b", "LambdaVersion": "V2_0"},
            }
        ),
        INVALID,
    ),
    "threat protection on ESSENTIALS": (
        pool(UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"}),
        "FeatureUnavailableInTierException",
    ),
    "flow not enabled": (sign_in_with_a_flow_not_enabled, INVALID),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refused_here_and_accepted_by_the_emulator(
    case: str, strict: Client, emulator: Client
) -> None:
    attempt, code = REFUSALS[case]
    assert attempt(emulator) == "accepted", "the emulator refuses by itself: the rule can go"
    empty(emulator)
    assert attempt(strict) == code


def empty(emulator: Client) -> None:
    """Without a reset, so that what the attempt made does not stand in the second's way."""
    for pool in emulator.list_user_pools(MaxResults=60)["UserPools"]:
        emulator.delete_user_pool(UserPoolId=pool["Id"])


ACCEPTED: dict[str, Callable[[Client], str]] = {
    "a search": search(r'email ^= "a \"b\""'),
    "a search for all": search(""),
    "http on localhost": app_client(CallbackURLs=["http://localhost:3000/callback"]),
    "http on 127.0.0.1": app_client(CallbackURLs=["http://127.0.0.1/"]),
    "http on ::1": app_client(CallbackURLs=["http://[::1]:8080/"]),
    "an app's own scheme": app_client(CallbackURLs=["myapp://signed-in"]),
    "client credentials": app_client(
        AllowedOAuthFlows=["client_credentials"], GenerateSecret=True, CallbackURLs=[]
    ),
    "default redirect": app_client(DefaultRedirectURI="https://app.example/Prod/"),
    "every standard scope": app_client(
        AllowedOAuthScopes=["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"]
    ),
    "software token MFA": mfa(SOFTWARE_TOKEN | {"MfaConfiguration": "OPTIONAL"}),
    "MFA off": mfa({"MfaConfiguration": "OFF"}),
    "a name with every kind of character": named_pool("A_ b+c=d,e.f@g-9"),
    "an awkward username and e-mail": user(email="ada+lovelace@a.b-c.example"),
    "an unverified e-mail twice": second_user("email", email="ada@a.example"),
    "the longest prefix": domain("a" * 63, ManagedLoginVersion=2),
    "classic pages on LITE": domain(tier="LITE", ManagedLoginVersion=1),
    "a custom domain": domain(
        "auth.app.example",
        CustomDomainConfig={"CertificateArn": CERTIFICATE.replace("us-east-2", "us-east-1")},
    ),
    "a custom domain that is deleted": delete_custom_domain,
    "a required attribute left out": user(),
    "sign-up on an open pool": sign_up(closed=False),
    "an email to an address": invited("EMAIL", email="ada@a.example"),
    "an SMS to a number": invited(phone_number="+15551234"),
    "invite a user again": invited_again(has_signed_in=False),
    "a username like an email address, without that alias": named_user(
        "a@a.example", "phone_number"
    ),
    "tokens for the longest times": app_client(
        AccessTokenValidity=24,
        IdTokenValidity=1440,
        RefreshTokenValidity=3650,
        TokenValidityUnits={"IdToken": "minutes"},
    ),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(case: str, strict: Client) -> None:
    assert ACCEPTED[case](strict) == "accepted"


@pytest.mark.parametrize("password", ["short-1", "no-upper-case-1", "No-number", "NoSymbol1"])
def test_the_password_policy_is_the_emulators(strict: Client, password: str) -> None:
    pool_id = a_pool(strict)
    ids = {"UserPoolId": pool_id, "Username": "ada"}
    code = "InvalidPasswordException"
    new = ids | NO_MESSAGE | {"TemporaryPassword": password}
    assert code_of(lambda: strict.admin_create_user(**new)) == code
    strict.admin_create_user(**ids, **NO_MESSAGE)
    assert code_of(lambda: strict.admin_set_user_password(**ids, Password=password)) == code


def test_a_prefix_is_taken_once_in_a_region(local_aws: LocalAws, strict: Client) -> None:
    def take(client: Client) -> str:
        return domain("prefix")(client)

    elsewhere = cognito(local_aws.endpoint_url, "us-east-2")
    assert [take(strict), take(strict), take(elsewhere)] == ["accepted", INVALID, "accepted"]


def test_a_prefix_is_taken_once_over_all_accounts(local_aws: LocalAws) -> None:
    """Also after a restore, and free again when its owner deleted it."""

    def accounts(url: str) -> list[Client]:
        session = boto3.Session()
        return [
            session.client(
                "cognito-idp",
                REGION,
                endpoint_url=url,
                aws_access_key_id=account * 12,
                aws_secret_access_key="x",  # noqa: S106
            )
            for account in "12"
        ]

    def take(client: Client) -> tuple[str, str]:
        which = {"UserPoolId": a_pool(client), "Domain": "prefix"}
        return which["UserPoolId"], code_of(lambda: client.create_user_pool_domain(**which))

    assert [take(client)[1] for client in accounts(local_aws.emulator_url)] == ["accepted"] * 2
    local_aws.reset()
    one, other = accounts(local_aws.endpoint_url)
    pool_id, code = take(one)
    assert (code, take(other)[1]) == ("accepted", INVALID)
    assert other.describe_user_pool_domain(Domain="prefix")["DomainDescription"] == {}
    one.delete_user_pool_domain(UserPoolId=pool_id, Domain="prefix")
    assert take(other)[1] == "accepted"


def test_names_without_case_are_kept_in_lower_case(strict: Client, emulator: Client) -> None:
    """And a call may name the user in any case."""

    def user_after(client: Client, *, case: bool) -> dict[str, str]:
        pool_id = a_pool(client, UsernameConfiguration={"CaseSensitive": case})
        values = {"email": "Ada@A.example", "preferred_username": "Ada.L", "name": "Ada"}
        a_user(client, pool_id, "Ada", **values)
        ids = {"UserPoolId": pool_id, "Username": "Ada"}
        client.admin_set_user_password(**ids, Password=PASSWORD, Permanent=True)
        [user] = client.list_users(UserPoolId=pool_id)["Users"]
        attributes = {one["Name"]: one["Value"] for one in user["Attributes"]}
        return {"username": user["Username"], **{name: attributes[name] for name in values}}

    as_given = {"username": "Ada", "email": "Ada@A.example", "preferred_username": "Ada.L"}
    assert user_after(emulator, case=False) == as_given | {"name": "Ada"}
    assert user_after(strict, case=True) == as_given | {"name": "Ada"}
    lower = {name: value.lower() for name, value in as_given.items()}
    assert user_after(strict, case=False) == lower | {"name": "Ada"}


def test_a_refresh_token_of_no_time_gets_the_default(strict: Client, emulator: Client) -> None:
    def validity(client: Client) -> int:
        ids = {"UserPoolId": a_pool(client)}
        ids["ClientId"] = an_app_client(client, ids["UserPoolId"], RefreshTokenValidity=0)
        app_client = client.describe_user_pool_client(**ids)["UserPoolClient"]
        return int(app_client.get("RefreshTokenValidity", 0))

    assert (validity(emulator), validity(strict)) == (0, 30)


CHANGES = {
    "AutoVerifiedAttributes": ["email"],
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
    "DeletionProtection": "ACTIVE",
    "UserPoolTags": {"team": "a"},
    "Policies": {"PasswordPolicy": {"MinimumLength": 12}},
}


def test_update_user_pool_resets_what_it_is_not_told(strict: Client, emulator: Client) -> None:
    def after(client: Client) -> dict[str, Any]:
        pool_id = a_pool(client, **CHANGES, IssuerConfiguration={"Type": "UPDATED"})
        client.update_user_pool(UserPoolId=pool_id, PoolName="another name")
        pool: dict[str, Any] = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
        return pool

    emulator_pool = after(emulator)
    assert emulator_pool["DeletionProtection"] == "ACTIVE"
    assert emulator_pool["AutoVerifiedAttributes"] == ["email"]
    assert emulator_pool["Name"] == "a pool", "the emulator renames by itself"
    reset = after(strict)
    assert reset["DeletionProtection"] == "INACTIVE"
    assert reset["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is False
    assert reset["Policies"]["PasswordPolicy"]["MinimumLength"] == 8
    for member in ("AutoVerifiedAttributes", "AccountRecoverySetting", "UserPoolTags"):
        assert member not in reset
    assert "IssuerConfiguration" not in reset
    assert reset["Name"] == "another name"
    names = [pool["Name"] for pool in strict.list_user_pools(MaxResults=60)["UserPools"]]
    assert "another name" in names


def test_update_user_pool_keeps_the_tier(strict: Client) -> None:
    pool_id = a_pool(strict, UserPoolTier="LITE")
    strict.update_user_pool(UserPoolId=pool_id)
    assert strict.describe_user_pool(UserPoolId=pool_id)["UserPool"]["UserPoolTier"] == "LITE"


def test_set_user_pool_mfa_config_replaces_everything(strict: Client, emulator: Client) -> None:
    def after(client: Client) -> dict[str, Any]:
        pool_id = a_pool(client)
        ids = {"UserPoolId": pool_id}
        client.set_user_pool_mfa_config(**ids, **SOFTWARE_TOKEN, MfaConfiguration="ON")
        client.set_user_pool_mfa_config(**ids)
        mfa: dict[str, Any] = client.get_user_pool_mfa_config(**ids)
        return mfa

    assert after(emulator)["MfaConfiguration"] == "ON"
    reset = after(strict)
    assert reset["MfaConfiguration"] == "OFF"
    assert reset["SoftwareTokenMfaConfiguration"] == {"Enabled": False}


def test_update_user_pool_client_resets_what_it_is_not_told(
    strict: Client, emulator: Client
) -> None:
    def after(client: Client) -> dict[str, Any]:
        pool_id = a_pool(client)
        ids = {"UserPoolId": pool_id}
        ids["ClientId"] = an_app_client(
            client,
            pool_id,
            GenerateSecret=True,
            RefreshTokenValidity=5,
            AccessTokenValidity=2,
            ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"],
            PreventUserExistenceErrors="ENABLED",
            RefreshTokenRotation={"Feature": "ENABLED"},
        )
        client.update_user_pool_client(**ids, CallbackURLs=["https://b.example/"])
        app_client: dict[str, Any] = client.describe_user_pool_client(**ids)["UserPoolClient"]
        return app_client

    emulator_client = after(emulator)
    assert emulator_client["AllowedOAuthFlows"] == ["code"]
    reset = after(strict)
    assert reset["CallbackURLs"] == ["https://b.example/"]
    assert reset["ClientName"] == "web"
    assert reset["ClientSecret"]
    assert reset["AllowedOAuthFlowsUserPoolClient"] is False
    assert reset["RefreshTokenValidity"] == 30
    assert reset["PreventUserExistenceErrors"] == "LEGACY"
    for member in (
        "AllowedOAuthFlows",
        "AllowedOAuthScopes",
        "SupportedIdentityProviders",
        "LogoutURLs",
        "ExplicitAuthFlows",
        "RefreshTokenRotation",
    ):
        assert member not in reset
    assert reset["AccessTokenValidity"] == 1


def test_times_of_tokens_are_filled_in(strict: Client, emulator: Client) -> None:
    def times(client: Client) -> dict[str, Any]:
        ids = {"UserPoolId": a_pool(client)}
        units = {"IdToken": "minutes", "AccessToken": "days"}
        ids["ClientId"] = an_app_client(client, ids["UserPoolId"], TokenValidityUnits=units)
        app_client = client.describe_user_pool_client(**ids)["UserPoolClient"]
        return {
            name: app_client[name]
            for name in app_client
            if name.startswith(("TokenV", "Id", "Access"))
        }

    minutes = {"AccessToken": "days", "IdToken": "minutes", "RefreshToken": "days"}
    assert times(strict) == {"IdTokenValidity": 60, "TokenValidityUnits": minutes}
    assert "IdTokenValidity" not in times(emulator)


def test_what_is_described_can_be_sent_back(local_aws: LocalAws) -> None:
    """With boto3's own checks on: the emulator's empty members do not pass them (bug 1)."""

    def client_at(endpoint_url: str) -> Client:
        return boto3.client("cognito-idp", region_name=REGION, endpoint_url=endpoint_url)

    def send_back(client: Client) -> tuple[object, object]:
        ids = {"UserPoolId": a_pool(client)}
        ids["ClientId"] = an_app_client(client, ids["UserPoolId"])
        shape = client.meta.service_model.operation_model("UpdateUserPoolClient").input_shape
        before = client.describe_user_pool_client(**ids)["UserPoolClient"]
        client.update_user_pool_client(
            **{name: value for name, value in before.items() if name in shape.members}
        )
        after = client.describe_user_pool_client(**ids)["UserPoolClient"]
        return before | {"LastModifiedDate": None}, after | {"LastModifiedDate": None}

    with pytest.raises(Exception, match="DefaultRedirectURI"):
        send_back(client_at(local_aws.emulator_url))
    before, after = send_back(client_at(local_aws.endpoint_url))
    assert before == after


def test_a_described_pool_can_be_sent_back(local_aws: LocalAws) -> None:
    """All that was described and may be sent; UnusedAccountValidityDays is AWS's own trap."""
    client = boto3.client("cognito-idp", region_name=REGION, endpoint_url=local_aws.endpoint_url)
    ids = {"UserPoolId": a_pool(client, **CHANGES)}
    shape = client.meta.service_model.operation_model("UpdateUserPool").input_shape
    before = client.describe_user_pool(**ids)["UserPool"]
    request = {name: value for name, value in before.items() if name in shape.members}
    assert code_of(lambda: client.update_user_pool(**request, **ids)) == INVALID
    del request["AdminCreateUserConfig"]["UnusedAccountValidityDays"]
    client.update_user_pool(**request, **ids)
    after = client.describe_user_pool(**ids)["UserPool"]
    assert after["DeletionProtection"] == "ACTIVE"
    assert after["Policies"]["PasswordPolicy"]["MinimumLength"] == 12


@pytest.mark.parametrize("member", ["IssuerConfiguration", "RefreshTokenRotation", "ClientSecret"])
def test_what_the_emulator_drops_is_given_back(
    member: str, strict: Client, emulator: Client
) -> None:
    def described(client: Client) -> dict[str, Any]:
        pool_id = a_pool(client, IssuerConfiguration={"Type": "UPDATED"})
        client_id = an_app_client(
            client,
            pool_id,
            RefreshTokenRotation={"Feature": "ENABLED"},
            ClientSecret="s" * 40,
        )
        ids = {"UserPoolId": pool_id, "ClientId": client_id}
        pool_found: dict[str, Any] = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
        client_found: dict[str, Any] = client.describe_user_pool_client(**ids)["UserPoolClient"]
        return pool_found | client_found

    assert member not in described(emulator)
    assert described(strict)[member]


def test_a_custom_scope_and_an_identity_provider_that_exist(strict: Client) -> None:
    pool_id = a_pool(strict)
    strict.create_resource_server(
        UserPoolId=pool_id,
        Identifier="https://api.example",
        Name="api",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}],
    )
    strict.create_identity_provider(
        UserPoolId=pool_id,
        ProviderName="MyOIDC",
        ProviderType="OIDC",
        ProviderDetails={"client_id": "x", "oidc_issuer": "https://idp.example"},
    )
    an_app_client(
        strict,
        pool_id,
        AllowedOAuthScopes=["https://api.example/read"],
        SupportedIdentityProviders=["COGNITO", "MyOIDC"],
    )


def test_required_attributes_must_be_writable(strict: Client, emulator: Client) -> None:
    def attempt(client: Client) -> str:
        required = {"Name": "email", "Required": True, "AttributeDataType": "String"}
        pool_id = a_pool(client, Schema=[required])
        return code_of(lambda: an_app_client(client, pool_id, WriteAttributes=["name"]))

    assert (attempt(emulator), attempt(strict)) == ("accepted", INVALID)


NOT_KNOWN = "InvalidAction"  # the emulator's, for an operation that it does not have
NO_STYLE = {"ManagedLoginBrandingId": "00000000-0000-4000-8000-000000000000"}


def created_style(**values: Any) -> Callable[[Client], str]:
    def attempt(client: Client) -> str:
        ids = {"UserPoolId": a_pool(client)}
        ids["ClientId"] = an_app_client(client, ids["UserPoolId"])
        return code_of(lambda: client.create_managed_login_branding(**ids, **values))

    return attempt


def updated_style(**values: Any) -> Callable[[Client], str]:
    """An update of a style that is there, where the client can make one."""

    def attempt(client: Client) -> str:
        pool_id = a_pool(client)
        ids = {"UserPoolId": pool_id, "ClientId": an_app_client(client, pool_id)}
        named = NO_STYLE
        if code_of(lambda: client.create_managed_login_branding(**ids)) == "accepted":
            style = client.describe_managed_login_branding_by_client(**ids)["ManagedLoginBranding"]
            named = {"ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
        return code_of(
            lambda: client.update_managed_login_branding(UserPoolId=pool_id, **named, **values)
        )

    return attempt


def style_call(operation: str) -> Callable[[Client], str]:
    """A call about a style that is not there."""

    def attempt(client: Client) -> str:
        pool_id = a_pool(client)
        which = NO_STYLE
        if operation.endswith("by_client"):
            which = {"ClientId": an_app_client(client, pool_id)}
        return code_of(lambda: getattr(client, operation)(UserPoolId=pool_id, **which))

    return attempt


BOTH_KINDS = {"UseCognitoProvidedValues": True, "Settings": {"a": 1}}
NOT_FOUND = "ResourceNotFoundException"
STYLES: dict[str, tuple[Callable[[Client], str], str]] = {
    "create": (created_style(UseCognitoProvidedValues=True), "accepted"),
    "create with settings": (created_style(Settings={"a": 1}), "accepted"),
    "create with both": (created_style(**BOTH_KINDS), INVALID),
    "update": (updated_style(Settings={"a": 1}), "accepted"),
    "update with both": (updated_style(**BOTH_KINDS), INVALID),
    "update of none": (style_call("update_managed_login_branding"), NOT_FOUND),
    "describe of none": (style_call("describe_managed_login_branding"), NOT_FOUND),
    "describe for a client without": (
        style_call("describe_managed_login_branding_by_client"),
        NOT_FOUND,
    ),
    "delete of none": (style_call("delete_managed_login_branding"), NOT_FOUND),
}


@pytest.mark.parametrize("case", STYLES)
def test_login_page_styles_are_the_layers_alone(
    case: str, strict: Client, emulator: Client
) -> None:
    """The emulator has none of these operations: it neither makes a style nor refuses one."""
    attempt, code = STYLES[case]
    assert attempt(emulator) == NOT_KNOWN, "the emulator has styles now: leave them to it"
    assert attempt(strict) == code


@pytest.mark.parametrize(
    ("region", "partition"), [("us-gov-west-1", "aws-us-gov"), ("eusc-de-east-1", "aws-eusc")]
)
def test_an_arn_names_its_partition(local_aws: LocalAws, region: str, partition: str) -> None:
    """The emulator knows the partition `aws` alone, and takes its ARNs in every Region."""

    def tagging(client: Client, arn: str) -> list[str]:
        return [
            code_of(lambda: client.tag_resource(ResourceArn=arn, Tags={"team": "a"})),
            code_of(lambda: client.list_tags_for_resource(ResourceArn=arn)),
            code_of(lambda: client.untag_resource(ResourceArn=arn, TagKeys=["team"])),
        ]

    def attempts(client: Client) -> dict[str, list[str]]:
        pool_id = a_pool(client)
        arn = f"cognito-idp:{region}:111122223333:userpool/{pool_id}"
        return {name: tagging(client, f"arn:{name}:{arn}") for name in ("aws", partition)}

    alone = attempts(cognito(local_aws.emulator_url, region))
    assert alone == {"aws": ["accepted"] * 3, partition: [NOT_FOUND] * 3}
    layered = attempts(cognito(local_aws.endpoint_url, region))
    assert layered == {"aws": [INVALID] * 3, partition: ["accepted"] * 3}


def test_a_call_is_signed(local_aws: LocalAws) -> None:
    """The emulator serves whoever asks."""

    def attempts(url: str) -> list[str]:
        config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
        nobody = boto3.client("cognito-idp", region_name=REGION, endpoint_url=url, config=config)
        return [
            code_of(lambda: nobody.create_user_pool(PoolName="nobody's")),
            code_of(lambda: nobody.list_user_pools(MaxResults=1)),
        ]

    assert attempts(local_aws.emulator_url) == ["accepted", "accepted"]
    assert attempts(local_aws.endpoint_url) == ["MissingAuthenticationTokenException"] * 2


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("CreateUserPuddle", "UnknownOperationException"),
        ("GetSigningCertificate", "NotImplementedByLocalAws"),
    ],
)
def test_an_unknown_operation_is_not_one_that_is_missing_here(
    operation: str, code: str, strict: Client, emulator: Client
) -> None:
    """The emulator refuses by itself, but says the same of what AWS has and of what it has not.

    So the rule stays: a slip in a name gets AWS's own code, and a gap of the local AWS is no
    answer of AWS's.
    """

    def attempt(client: Client) -> str:
        pool_id = a_pool(client)

        def renamed(params: Any, **_: Any) -> None:
            params["headers"]["X-Amz-Target"] = f"AWSCognitoIdentityProviderService.{operation}"

        event = "before-call.cognito-idp.DescribeUserPool"
        client.meta.events.register(event, renamed)
        try:
            return code_of(lambda: client.describe_user_pool(UserPoolId=pool_id))
        finally:
            client.meta.events.unregister(event, renamed)

    assert (attempt(emulator), attempt(strict)) == (NOT_KNOWN, code)


def test_a_call_of_another_shape_is_refused_as_such(strict: Client, emulator: Client) -> None:
    """boto3 would not send it, and the emulator takes a number for a name."""
    assert code_of(lambda: emulator.create_user_pool(PoolName=1)) == "accepted"
    assert code_of(lambda: strict.create_user_pool(PoolName=1)) == "SerializationException"
