"""What AWS refuses of an app client, and what UpdateUserPoolClient resets."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from ..answer import Members, Refusal

# What UpdateUserPoolClient sets a member to that the call leaves out.
# botocore 1.44.5 model: UpdateUserPoolClient, "If you don't provide a value for an
# attribute, Amazon Cognito sets it to its default value"; seen in boto/boto3#1607. The
# values are those of CreateUserPoolClient. ClientName has no default and stays.
UPDATE_DEFAULTS: Members = {
    "RefreshTokenValidity": 30,
    "AccessTokenValidity": None,
    "IdTokenValidity": None,
    "TokenValidityUnits": {},
    "ReadAttributes": [],
    "WriteAttributes": [],
    "ExplicitAuthFlows": [],
    "SupportedIdentityProviders": [],
    "CallbackURLs": [],
    "LogoutURLs": [],
    "DefaultRedirectURI": "",
    "AllowedOAuthFlows": [],
    "AllowedOAuthScopes": [],
    "AllowedOAuthFlowsUserPoolClient": False,
    "AnalyticsConfiguration": None,
    "PreventUserExistenceErrors": "LEGACY",
    "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 3,
}

# botocore 1.44.5 model: CreateUserPoolClient.AllowedOAuthScopes.
STANDARD_SCOPES = frozenset(
    {"phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"}
)

# botocore 1.44.5 model: CreateUserPoolClient.CallbackURLs.
_HTTP_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


def redirect_urls(members: Members) -> None:
    """Callback and sign-out URLs, and the default redirect URI."""
    lists = [*members.get("CallbackURLs", []), *members.get("LogoutURLs", [])]
    for url in [*lists, *filter(None, [members.get("DefaultRedirectURI")])]:
        redirect_url(url)


def redirect_url(url: str) -> None:
    # botocore 1.44.5 model: CreateUserPoolClient.CallbackURLs: an absolute URI, no fragment,
    # HTTPS but for http://localhost, http://127.0.0.1 and http://[::1]; custom schemes stand.
    # Text for HTTP as reported: aws-amplify/amplify-cli#5419. Wildcards: public reports.
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise Refusal("InvalidParameterException", f"{url} is not a valid URL.") from None
    if not parts.scheme or (parts.scheme in ("http", "https") and not host):
        raise Refusal("InvalidParameterException", f"{url} is not an absolute URL.")
    if "#" in url:
        raise Refusal("InvalidParameterException", f"{url} cannot contain a fragment.")
    if parts.scheme == "http" and host not in _HTTP_HOSTS:
        raise Refusal("InvalidParameterException", f"{url} cannot use the HTTP protocol.")
    if "*" in host:
        raise Refusal("InvalidParameterException", f"{url} cannot contain a wildcard.")


def default_redirect_is_a_callback(members: Members) -> None:
    # botocore 1.44.5 model: CreateUserPoolClient.DefaultRedirectURI, "Must be in the
    # CallbackURLs list".
    default = members.get("DefaultRedirectURI")
    if default and default not in members.get("CallbackURLs", []):
        raise Refusal(
            "InvalidParameterException", "DefaultRedirectURI must be in the list of CallbackURLs."
        )


def known_scopes(members: Members, custom_scopes: Collection[str]) -> None:
    # Code and text as reported from AWS: awsdocs/aws-cloudformation-user-guide#564.
    for scope in members.get("AllowedOAuthScopes", []):
        if scope not in STANDARD_SCOPES and scope not in custom_scopes:
            raise Refusal("ScopeDoesNotExistException", f"Invalid scope requested: {scope}")


def known_identity_providers(members: Members, providers: Collection[str], pool_id: str) -> None:
    # botocore 1.44.5 model: CreateUserPoolClient.SupportedIdentityProviders: COGNITO and the
    # providers configured in the user pool.
    for name in members.get("SupportedIdentityProviders", []):
        if name != "COGNITO" and name not in providers:
            raise Refusal(
                "InvalidParameterException",
                f"The provider {name} does not exist for User Pool {pool_id}.",
            )


def oauth_flows(members: Members, *, has_secret: bool) -> None:
    flows = set(members.get("AllowedOAuthFlows", []))
    # botocore 1.44.5 model: CreateUserPoolClient.AllowedOAuthFlows, "you must add
    # client_credentials as the only allowed OAuth flow".
    if "client_credentials" in flows and len(flows) > 1:
        raise Refusal(
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected along with code flow or implicit flow.",
        )
    # The same: "authorized by a combination of the client ID and client secret".
    if "client_credentials" in flows and not has_secret:
        raise Refusal(
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected if client does not have a client secret.",
        )
    # Code and text as reported from AWS: cisagov/crossfeed#440.
    if flows & {"code", "implicit"} and not members.get("CallbackURLs"):
        raise Refusal(
            "InvalidOAuthFlowException",
            "CallbackUrls can not be empty when code flow or implicit flow is selected",
        )
    # botocore 1.44.5 model: AllowedOAuthFlowsUserPoolClient switches the OAuth features on.
    if members.get("AllowedOAuthFlowsUserPoolClient") and not (
        flows and members.get("AllowedOAuthScopes")
    ):
        raise Refusal(
            "InvalidParameterException",
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is "
            "allowed to use OAuth flows.",
        )


def oauth_is_on(members: Members) -> None:
    # botocore 1.44.5 model: CreateUserPoolClient.AllowedOAuthFlowsUserPoolClient, "must have a
    # value of true before you can configure" these. An update that leaves it out was seen to be
    # accepted, and to turn it off: boto/boto3#1607.
    settings = ("CallbackURLs", "LogoutURLs", "AllowedOAuthScopes", "AllowedOAuthFlows")
    named = [name for name in settings if members.get(name)]
    if named and members.get("AllowedOAuthFlowsUserPoolClient") is False:
        raise Refusal(
            "InvalidParameterException",
            f"AllowedOAuthFlowsUserPoolClient must be true to set {', '.join(named)}.",
        )


# botocore 1.44.5 model: CreateUserPoolClient.TokenValidityUnits and its members: the unit of each
# time when there is none, and from where to where each goes, in seconds.
_UNITS = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}
_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_DAY = 86400
_RANGES = {"AccessToken": (300, _DAY), "IdToken": (300, _DAY), "RefreshToken": (3600, 3650 * _DAY)}


def token_validity(members: Members) -> None:
    # Code and text as reported from AWS: hashicorp/terraform-provider-aws#48630.
    units = _UNITS | members.get("TokenValidityUnits", {})
    for name, (shortest, longest) in _RANGES.items():
        time = members.get(f"{name}Validity")
        if time and not shortest <= time * _SECONDS[units[name]] <= longest:
            raise Refusal("InvalidParameterException", "Invalid range for token validity.")


def with_refresh_token_validity(members: Members) -> Members:
    # botocore 1.44.5 model: CreateUserPoolClient.RefreshTokenValidity, "You can't set
    # RefreshTokenValidity to 0. If you do, Amazon Cognito overrides the value with the default
    # value of 30 days".
    return members | {"RefreshTokenValidity": members.get("RefreshTokenValidity") or 30}


def with_token_times(client: Members) -> Members:
    # What AWS may fill in, and a script must then keep. botocore 1.44.5 model:
    # TokenValidityUnitsType and CreateUserPoolClient.AccessTokenValidity and IdTokenValidity,
    # "your user's ... tokens are valid for one hour" without one.
    units = _UNITS | client.get("TokenValidityUnits", {})
    hour = {f"{name}Validity": 3600 // _SECONDS[units[name]] for name in ("AccessToken", "IdToken")}
    filled = {name: time for name, time in hour.items() if time}
    return filled | client | {"TokenValidityUnits": units}


def one_source_of_the_secret(members: Members) -> None:
    # botocore 1.44.5 model: CreateUserPoolClient.ClientSecret, "You cannot specify both
    # GenerateSecret as true and provide a ClientSecret value".
    if members.get("GenerateSecret") and members.get("ClientSecret"):
        raise Refusal(
            "InvalidParameterException", "ClientSecret cannot be given with GenerateSecret."
        )


def user_context_needs_a_secret(members: Members, *, has_secret: bool) -> None:
    # botocore 1.44.5 model: CreateUserPoolClient.EnablePropagateAdditionalUserContextData,
    # "only ... in an app client that has a client secret".
    if members.get("EnablePropagateAdditionalUserContextData") and not has_secret:
        raise Refusal(
            "InvalidParameterException",
            "EnablePropagateAdditionalUserContextData needs an app client with a secret.",
        )


def flows_of_one_age(members: Members) -> None:
    # botocore 1.44.5 model: CreateUserPoolClient.ExplicitAuthFlows, "You can't assign these legacy
    # ExplicitAuthFlows values to user pool clients at the same time as values that begin with
    # ALLOW_".
    flows = members.get("ExplicitAuthFlows") or []
    if len({flow.startswith("ALLOW_") for flow in flows}) > 1:
        raise Refusal(
            "InvalidParameterException",
            "ExplicitAuthFlows cannot have values with and without the prefix ALLOW_.",
        )


def rotation_replaces_the_flow(members: Members) -> None:
    # As reported from AWS: hashicorp/terraform-provider-aws#47196.
    rotation = members.get("RefreshTokenRotation", {}).get("Feature")
    flows = members.get("ExplicitAuthFlows") or []
    if rotation == "ENABLED" and "ALLOW_REFRESH_TOKEN_AUTH" in flows:
        raise Refusal(
            "InvalidParameterException",
            "ALLOW_REFRESH_TOKEN_AUTH cannot be enabled with refresh token rotation.",
        )


def allows_flow(flow: str, client: Members) -> None:
    # botocore 1.44.5 model: CreateUserPoolClient.ExplicitAuthFlows, with what stands when it
    # is left out. The flows of before 2019 have no ALLOW_ in front.
    flows = client.get("ExplicitAuthFlows") or [
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_CUSTOM_AUTH",
    ]
    flow = {
        "ADMIN_NO_SRP_AUTH": "ADMIN_USER_PASSWORD_AUTH",
        "REFRESH_TOKEN": "REFRESH_TOKEN_AUTH",
    }.get(flow, flow)
    if f"ALLOW_{flow}" not in flows and flow not in flows:
        raise Refusal("InvalidParameterException", f"{flow} flow not enabled for this client")


def known_attributes(members: Members, schema: Collection[str]) -> None:
    # botocore 1.44.5 model: CreateUserPoolClient.ReadAttributes and .WriteAttributes name
    # attributes of the user pool.
    for name in [*members.get("ReadAttributes", []), *members.get("WriteAttributes", [])]:
        if name not in schema:
            raise Refusal(
                "InvalidParameterException",
                f"Invalid {name} specified while creating a client: no such attribute.",
            )


def required_attributes_are_writable(members: Members, required: Collection[str]) -> None:
    # Developer Guide, user-pool-settings-client-apps: the client must be able to write
    # required attributes.
    attributes = members.get("WriteAttributes")
    missing = sorted(set(required) - {"sub"} - set(attributes or []))
    if attributes and missing:
        raise Refusal(
            "InvalidParameterException",
            f"Invalid write attributes specified while creating a client: {missing} required.",
        )
