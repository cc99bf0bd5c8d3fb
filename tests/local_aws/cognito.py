"""Cognito user pools: the emulator, made as strict as AWS.

Each operation that needs more than the emulator gives has a method here. It looks up what
is there, applies the rules, passes the call on and puts right what comes back.
"""

from __future__ import annotations

import pickle
import re
import threading
from dataclasses import replace
from typing import Any

from botocore import xform_name

from . import model
from .answer import Answer, Members, Refusal, answer
from .call import Call
from .emulator import Emulator
from .region import dns_suffix, partition_of
from .rules import app_client, domain, managed_login_branding, user, user_pool
from .styles import Styles

# Members that AWS stores and gives back and the emulator drops: compared with the model.
_POOL_MEMBERS_DROPPED = (
    "IssuerConfiguration",
    "KeyConfiguration",
    "AcrConfiguration",
    "DcrConfiguration",
)
_CLIENT_MEMBERS_DROPPED = ("RefreshTokenRotation", "ClientSecret")
_NOT_HERE = "NotImplementedByLocalAws"
_EMPTY: tuple[Any, ...] = (None, "", [], {})


class Cognito:
    """The strict operations: methods named as boto3 names them, with an underscore in front."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        self._styles = Styles()
        self._remembered: dict[str, Members] = {}
        self._owners: dict[str, Call] = {}  # who made an app client: for calls nobody signs
        self._domains: dict[tuple[str, str], str] = {}  # of all accounts, by Region

    def save(self) -> bytes:
        """Return what this layer knows and the emulator does not."""
        return pickle.dumps((self._styles, self._remembered, self._owners, self._domains))

    def restore(self, state: bytes) -> None:
        parts = pickle.loads(state)  # noqa: S301 - from `save`
        self._styles, self._remembered, self._owners, self._domains = parts

    def answer(self, call: Call) -> Answer:
        """What AWS would answer, or a Refusal."""
        operation = model.operation_model(call.operation)
        if model.needs_credentials(operation) and not call.signed:
            raise Refusal("MissingAuthenticationTokenException", "Missing Authentication Token")
        members = call.members
        # The model's pattern is that of a prefix; a custom domain has dots, and a certificate in
        # the call that creates it. botocore 1.44.5 model: DeleteUserPoolDomain.Domain, "For custom
        # domains, this is the fully-qualified domain name".
        creates = call.operation == "CreateUserPoolDomain"
        is_custom = (
            members.get("CustomDomainConfig") if creates else "." in members.get("Domain", "")
        )
        custom = {"Domain": "custom"} if is_custom else {}
        model.check(operation, members | custom)
        strict = getattr(self, f"_{xform_name(call.operation)}", None)
        with self._lock:  # one call at a time, so that what a rule looked up still holds
            if call.operation.startswith("Admin") and "Username" in members:
                pool = self._pool(call, members["UserPoolId"])
                members = user.in_case_of(pool, members)
                call = call.to(call.operation, members)
            return answer(strict(call, members)) if strict else self._pass_on(call)

    def _pass_on(self, call: Call) -> Answer:
        passed = self._emulator.answer(call)
        if passed.is_refusal and b"InvalidAction" in passed.body:
            # Not AWS's answer: an operation that AWS has and this local AWS does not.
            raise Refusal(_NOT_HERE, f"{call.operation} cannot be tried here.", 501)
        return passed

    def _ask(self, call: Call, operation: str, members: Members) -> Members:
        """The emulator's own answer to the same caller, or its refusal."""
        try:
            return self._emulator.answer(call.to(operation, members)).checked
        except Refusal as refusal:
            # Text as reported from AWS: aws/aws-sdk-php#2183.
            text = re.sub(
                r"Client (\S+) not found\.", r"User pool client \1 does not exist.", refusal.text
            )
            raise Refusal(refusal.code, text, refusal.status) from None

    # User pools

    def _pool(self, call: Call, pool_id: str) -> Members:
        pool = self._ask(call, "DescribeUserPool", {"UserPoolId": pool_id})["UserPool"]
        return self._as_aws_has_it(pool, pool_id)

    def _as_aws_has_it(self, members: Members, key: str) -> Members:
        """Without the empty members that AWS leaves out, with those the emulator dropped."""
        rest = {name: value for name, value in members.items() if value not in _EMPTY}
        whole = rest | self._remembered.get(key, {})
        if "AdminCreateUserConfig" in whole:
            # A described pool gives the validity twice: hashicorp/terraform-provider-aws#8845.
            policy = whole.get("Policies", {}).get("PasswordPolicy", {})
            days = policy.get("TemporaryPasswordValidityDays", 7)
            whole["AdminCreateUserConfig"]["UnusedAccountValidityDays"] = days
        return whole

    def with_issuer(self, path: str, response: Answer) -> Answer:
        """Return a discovery document with the issuer that the user pool's own settings give.

        The form by issuer type: Developer Guide, federation-endpoints. In a partition with another
        DNS suffix AWS documents none, so it is the API host's, as in the guide.
        """
        match = re.fullmatch(r"/(([\w-]+)_[0-9A-Za-z]+)/\.well-known/openid-configuration", path)
        if match is None:
            return response
        pool_id, region = match.groups()
        settings = self._remembered.get(pool_id, {}).get("IssuerConfiguration", {})
        prefix = "issuer-" if settings.get("Type") == "UPDATED" else ""
        theirs = f"https://cognito-idp.{region}.amazonaws.com/{pool_id}"
        ours = f"https://{prefix}cognito-idp.{region}.{dns_suffix(region)}/{pool_id}"
        return replace(response, body=response.body.replace(theirs.encode(), ours.encode()))

    # What the login pages ask, for which nobody signs.

    def pool_of_domain(self, name: str, region: str | None) -> str | None:
        """Return the ID of the user pool with a prefix in a Region, or with a domain of its own."""
        return next(
            (
                pool_id
                for (where, domain), pool_id in self._domains.items()
                if domain == name and region in (None, where)
            ),
            None,
        )

    def domain_of_pool(self, pool_id: str) -> tuple[str, str]:
        """Return the Region and the domain, which is empty if there is none."""
        return next((place for place, own in self._domains.items() if own == pool_id), ("", ""))

    def app_client(self, pool_id: str, client_id: str) -> Members | None:
        """Return the settings of an app client, if the user pool has it."""
        owner = self._owners.get(client_id)
        if not owner or owner.members["UserPoolId"] != pool_id:
            return None
        try:
            return self._client(owner, {"UserPoolId": pool_id, "ClientId": client_id})
        except Refusal:
            return None

    def needs_style(self, pool_id: str, client_id: str) -> bool:
        """Return whether the domain has managed login, and the app client has no style."""
        _, name = self.domain_of_pool(pool_id)
        owner = self._owners[client_id]
        domain = self._ask(owner, "DescribeUserPoolDomain", {"Domain": name})["DomainDescription"]
        if domain.get("ManagedLoginVersion") != 2:
            return False
        try:
            self._styles.describe_by_client({"UserPoolId": pool_id, "ClientId": client_id})
        except Refusal:
            return True
        return False

    def _remember(self, key: str, members: Members, names: tuple[str, ...]) -> None:
        dropped = {name: members[name] for name in names if members.get(name) not in _EMPTY}
        self._remembered.setdefault(key, {}).update(dropped)

    def _check_user_pool(self, members: Members) -> None:
        user_pool.admin_only_recovery_stands_alone(members)
        user_pool.no_unused_account_validity(members)
        user_pool.email_templates_need_ses(members)
        user_pool.token_triggers_agree(members)

    def _create_user_pool(self, call: Call, members: Members) -> Members:
        user_pool.mfa_needs_sms(members)
        user_pool.aliases_or_username_attributes(members)
        self._check_user_pool(members)
        user_pool.plan_has(members, members.get("UserPoolTier", "ESSENTIALS"))
        pool_id = self._ask(call, "CreateUserPool", members)["UserPool"]["Id"]
        self._remember(pool_id, members, _POOL_MEMBERS_DROPPED)
        return {"UserPool": self._pool(call, pool_id)}

    def _update_user_pool(self, call: Call, members: Members) -> Members:
        pool_id = members["UserPoolId"]
        self._check_user_pool(members)
        tier = self._pool(call, pool_id).get("UserPoolTier")
        user_pool.plan_has(members, members.get("UserPoolTier") or tier or "ESSENTIALS")
        self._ask(call, "UpdateUserPool", user_pool.UPDATE_DEFAULTS | members)
        before = self._remembered.pop(pool_id, {})
        names = {"Name": members.get("PoolName", before.get("Name"))}
        dcr = {"DcrConfiguration": before.get("DcrConfiguration")}
        self._remember(pool_id, dcr | members | names, ("Name", *_POOL_MEMBERS_DROPPED))
        return {}

    def _describe_user_pool(self, call: Call, members: Members) -> Members:
        return {"UserPool": self._pool(call, members["UserPoolId"])}

    def _list_user_pools(self, call: Call, members: Members) -> Members:
        listed = self._ask(call, "ListUserPools", members)
        for pool in listed["UserPools"]:
            pool["Name"] = self._remembered.get(pool["Id"], {}).get("Name", pool["Name"])
        return listed

    def _delete_user_pool(self, call: Call, members: Members) -> Members:
        pool = self._pool(call, members["UserPoolId"])
        user_pool.deletable(pool)
        user_pool.without_a_domain(pool)
        self._ask(call, "DeleteUserPool", members)
        self._styles.forget_user_pool(pool["Id"])
        self._remembered.pop(pool["Id"], None)
        return {}

    def _set_user_pool_mfa_config(self, call: Call, members: Members) -> Members:
        pool = self._pool(call, members["UserPoolId"])
        user_pool.mfa_and_its_factors(members)
        user_pool.email_mfa_needs(members, pool)
        return self._ask(call, "SetUserPoolMfaConfig", user_pool.MFA_DEFAULTS | members)

    def _tagging(self, call: Call, members: Members) -> Members:
        user_pool.arn_is_of(partition_of(call.region), members["ResourceArn"])
        return self._ask(call, call.operation, members)

    _tag_resource = _untag_resource = _list_tags_for_resource = _tagging

    # App clients

    def _client(self, call: Call, members: Members) -> Members:
        ids = {name: members[name] for name in ("UserPoolId", "ClientId")}
        client = self._ask(call, "DescribeUserPoolClient", ids)["UserPoolClient"]
        return app_client.with_token_times(self._as_aws_has_it(client, members["ClientId"]))

    def _check_client(self, call: Call, members: Members, *, has_secret: bool) -> None:
        pool_id = members["UserPoolId"]
        schema = self._pool(call, pool_id)["SchemaAttributes"]
        app_client.redirect_urls(members)
        app_client.default_redirect_is_a_callback(members)
        app_client.oauth_is_on(members)
        app_client.oauth_flows(members, has_secret=has_secret)
        app_client.token_validity(members)
        app_client.flows_of_one_age(members)
        app_client.rotation_replaces_the_flow(members)
        app_client.user_context_needs_a_secret(members, has_secret=has_secret)
        app_client.known_attributes(members, {attribute["Name"] for attribute in schema})
        required = {attribute["Name"] for attribute in schema if attribute.get("Required")}
        app_client.required_attributes_are_writable(members, required)
        if members.get("AllowedOAuthScopes"):
            app_client.known_scopes(members, self._custom_scopes(call, pool_id))
        if members.get("SupportedIdentityProviders"):
            listed = self._ask(call, "ListIdentityProviders", {"UserPoolId": pool_id})
            names = {provider["ProviderName"] for provider in listed["Providers"]}
            app_client.known_identity_providers(members, names, pool_id)

    def _custom_scopes(self, call: Call, pool_id: str) -> set[str]:
        page = {"UserPoolId": pool_id, "MaxResults": 50}
        return {
            f"{server['Identifier']}/{scope['ScopeName']}"
            for server in self._ask(call, "ListResourceServers", page)["ResourceServers"]
            for scope in server.get("Scopes", [])
        }

    def _create_user_pool_client(self, call: Call, members: Members) -> Members:
        app_client.one_source_of_the_secret(members)
        has_secret = bool(members.get("GenerateSecret") or members.get("ClientSecret"))
        self._check_client(call, members, has_secret=has_secret)
        whole = app_client.with_refresh_token_validity(members)
        created = self._ask(call, "CreateUserPoolClient", whole)["UserPoolClient"]
        self._owners[created["ClientId"]] = call
        self._remember(created["ClientId"], members, _CLIENT_MEMBERS_DROPPED)
        client = self._as_aws_has_it(created, created["ClientId"])
        return {"UserPoolClient": app_client.with_token_times(client)}

    def _update_user_pool_client(self, call: Call, members: Members) -> Members:
        secret = self._client(call, members).get("ClientSecret")
        self._check_client(call, members, has_secret=bool(secret))
        client_id = members["ClientId"]
        whole = app_client.with_refresh_token_validity(app_client.UPDATE_DEFAULTS | members)
        self._ask(call, "UpdateUserPoolClient", whole)
        self._remembered.pop(client_id, None)
        self._remember(client_id, members | {"ClientSecret": secret}, _CLIENT_MEMBERS_DROPPED)
        return {"UserPoolClient": self._client(call, members)}

    def _describe_user_pool_client(self, call: Call, members: Members) -> Members:
        return {"UserPoolClient": self._client(call, members)}

    def _delete_user_pool_client(self, call: Call, members: Members) -> Members:
        self._ask(call, "DeleteUserPoolClient", members)
        self._styles.forget_client(members["ClientId"])
        self._remembered.pop(members["ClientId"], None)
        return {}

    # Domains

    def _create_user_pool_domain(self, call: Call, members: Members) -> Members:
        domain.prefix(members)
        domain.custom_domain(members, partition_of(call.region))
        domain.managed_login_version(members, self._pool(call, members["UserPoolId"]))
        place = (call.region, members["Domain"])
        domain.is_free(self._domains.get(place), members["UserPoolId"])
        created = self._ask(call, "CreateUserPoolDomain", members)
        self._domains[place] = members["UserPoolId"]
        return created

    def _update_user_pool_domain(self, call: Call, members: Members) -> Members:
        domain.managed_login_version(members, self._pool(call, members["UserPoolId"]))
        return self._ask(call, "UpdateUserPoolDomain", members)

    def _delete_user_pool_domain(self, call: Call, members: Members) -> Members:
        pool = self._pool(call, members["UserPoolId"])
        named = {"Domain": members["Domain"]}
        described = self._ask(call, "DescribeUserPoolDomain", named)["DomainDescription"]
        domain.belongs_to(pool["Id"], described)
        self._domains.pop((call.region, members["Domain"]), None)
        return self._ask(call, "DeleteUserPoolDomain", members)

    # Login page styles

    def _create_managed_login_branding(self, call: Call, members: Members) -> Members:
        self._client(call, members)
        managed_login_branding.one_kind_of_values(members)
        return {"ManagedLoginBranding": self._styles.create(members)}

    def _describe_managed_login_branding(self, call: Call, members: Members) -> Members:
        self._pool(call, members["UserPoolId"])
        return {"ManagedLoginBranding": self._styles.describe(members)}

    def _describe_managed_login_branding_by_client(self, call: Call, members: Members) -> Members:
        self._client(call, members)
        return {"ManagedLoginBranding": self._styles.describe_by_client(members)}

    def _update_managed_login_branding(self, call: Call, members: Members) -> Members:
        self._pool(call, members["UserPoolId"])
        managed_login_branding.one_kind_of_values(members)
        return {"ManagedLoginBranding": self._styles.update(members)}

    def _delete_managed_login_branding(self, call: Call, members: Members) -> Members:
        self._pool(call, members["UserPoolId"])
        self._styles.delete(members)
        return {}

    # Users

    def _check_attributes(self, pool: Members, members: Members) -> dict[str, str]:
        values = _values(members.get("UserAttributes", []))
        schema = {attribute["Name"] for attribute in pool["SchemaAttributes"]}
        user.attributes(values, schema)
        return values

    def _others(self, call: Call, pool_id: str, username: str) -> list[dict[str, str]]:
        """Every other user's attributes."""
        others: list[dict[str, str]] = []
        page = {"UserPoolId": pool_id}
        while True:
            listed = self._ask(call, "ListUsers", page)
            users = [other for other in listed["Users"] if other["Username"] != username]
            others += [_values(other["Attributes"]) for other in users]
            if "PaginationToken" not in listed:
                return others
            page = page | {"PaginationToken": listed["PaginationToken"]}

    def _list_users(self, call: Call, members: Members) -> Members:
        user.can_be_searched(members)
        return self._ask(call, "ListUsers", members)

    def _admin_create_user(self, call: Call, members: Members) -> Members:
        if members.get("ForceAliasCreation"):
            raise Refusal(_NOT_HERE, "ForceAliasCreation cannot be tried here.", 501)
        pool = self._pool(call, members["UserPoolId"])
        values = self._check_attributes(pool, members)
        user.verified_is_there(values)
        user.username_is_not_its_own_alias(members["Username"], values, pool)
        user.username_is_not_an_alias(members["Username"], pool)
        if members.get("MessageAction") == "RESEND":
            ids = {name: members[name] for name in ("UserPoolId", "Username")}
            current_user = self._ask(call, "AdminGetUser", ids)
            user.has_not_signed_in(current_user)
            values = _values(current_user["UserAttributes"])
        user.can_be_invited(members, values)
        if members.get("MessageAction") == "RESEND":
            return self._ask(call, "AdminCreateUser", members)
        user.alias_is_free(values, pool, self._others(call, pool["Id"], members["Username"]))
        return self._ask(call, "AdminCreateUser", members)

    def _admin_reset_user_password(self, call: Call, members: Members) -> Members:
        user.can_recover(self._pool(call, members["UserPoolId"]))
        return self._ask(call, "AdminResetUserPassword", members)

    def _admin_update_user_attributes(self, call: Call, members: Members) -> Members:
        pool = self._pool(call, members["UserPoolId"])
        values = self._check_attributes(pool, members)
        user.immutable_attributes_stay(values, pool["SchemaAttributes"])
        ids = {name: members[name] for name in ("UserPoolId", "Username")}
        current_user = self._ask(call, "AdminGetUser", ids)
        whole = _values(current_user["UserAttributes"]) | values
        user.alias_is_free(whole, pool, self._others(call, pool["Id"], current_user["Username"]))
        return self._ask(call, "AdminUpdateUserAttributes", user.with_unverified(members))

    def _sign_up(self, call: Call, members: Members) -> Members:
        owner = self._owners.get(members["ClientId"])
        if owner:
            pool = self._pool(owner, owner.members["UserPoolId"])
            user.sign_up_is_open(pool)
            user.username_is_not_an_alias(members["Username"], pool)
            user.preferred_username_waits_for_confirmation(
                self._check_attributes(pool, members), pool
            )
        return self._ask(call, "SignUp", members)

    def _sign_in(self, call: Call, members: Members) -> Members:
        owner = self._owners.get(members["ClientId"])
        if owner:
            ids = {"UserPoolId": owner.members["UserPoolId"], "ClientId": members["ClientId"]}
            app_client.allows_flow(members["AuthFlow"], self._client(owner, ids))
        return self._ask(call, call.operation, members)

    _initiate_auth = _admin_initiate_auth = _sign_in


def _values(attributes: list[Members]) -> dict[str, str]:
    return {attribute["Name"]: attribute.get("Value", "") for attribute in attributes}
