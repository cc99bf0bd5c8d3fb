"""What AWS refuses of a user."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from ..answer import Members, Refusal

# AWS says no more than "Invalid email address format."; one @ between two parts is the
# least that it can mean.
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
# Developer Guide, user-pool-settings-attributes: "+" and digits only.
_PHONE_NUMBER = re.compile(r"\+\d{1,15}")
_VERIFIED_ALIASES = ("email", "phone_number")


def attributes(values: dict[str, str], schema: Collection[str]) -> None:
    """Names the pool knows, and values in their attribute's format."""
    for name, value in values.items():
        # botocore 1.44.5 model: AdminCreateUser.UserAttributes.
        if name not in schema:
            raise Refusal(
                "InvalidParameterException",
                f"Attributes did not conform to the schema: {name}: "
                "Attribute does not exist in the schema.",
            )
        # An empty value deletes the attribute.
        if name == "email" and value and not _EMAIL.fullmatch(value):
            raise Refusal("InvalidParameterException", "Invalid email address format.")
        if name == "phone_number" and value and not _PHONE_NUMBER.fullmatch(value):
            raise Refusal("InvalidParameterException", "Invalid phone number format.")


def verified_is_there(values: dict[str, str]) -> None:
    # botocore 1.44.5 model: AdminCreateUser.UserAttributes, "You must provide a value for email
    # when you want to set email_verified to true"; the same of phone_number.
    for name in _VERIFIED_ALIASES:
        if values.get(f"{name}_verified", "").lower() == "true" and not values.get(name):
            message = f"{name} is required when {name}_verified is true."
            raise Refusal("InvalidParameterException", message)


def with_unverified(members: Members) -> Members:
    """Return the call, with which a new address is not verified unless the call says so."""
    # amazon-archives/amazon-cognito-identity-js#322, where an administrator changes an email.
    attributes = members["UserAttributes"]
    names = {attribute["Name"] for attribute in attributes}
    changed = [name for name in _VERIFIED_ALIASES if name in names]
    unverified = [f"{name}_verified" for name in changed if f"{name}_verified" not in names]
    more = [{"Name": name, "Value": "false"} for name in unverified]
    return {**members, "UserAttributes": [*attributes, *more]}


def can_recover(pool: Members) -> None:
    # botocore 1.44.5 model: AdminResetUserPassword, "your user pool must have self-service account
    # recovery configured".
    mechanisms = pool.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])
    if [one.get("Name") for one in mechanisms] == ["admin_only"]:
        message = "Account recovery is not enabled for this user pool."
        raise Refusal("InvalidParameterException", message)


# botocore 1.44.5 model: ListUsers.Filter, with the attributes that can be searched.
_SEARCHED = (
    "username|email|phone_number|name|given_name|family_name|preferred_username|cognito:user_status"
    "|status|sub"
)
_FILTER = re.compile(rf'\s*({_SEARCHED})\s*\^?=\s*"(?:[^"\\]|\\.)*"\s*')


def can_be_searched(members: Members) -> None:
    # botocore 1.44.5 model: ListUsers.Filter, "Custom attributes aren't searchable".
    text = members.get("Filter")
    if text and not _FILTER.fullmatch(text):
        raise Refusal("InvalidParameterException", f"Error while parsing filter: {text}")


def immutable_attributes_stay(values: dict[str, str], schema: Iterable[Members]) -> None:
    # botocore 1.44.5 model: SchemaAttributeType.Mutable, "If an attribute is immutable, Amazon
    # Cognito throws an error when it attempts to update the attribute."
    for attribute in schema:
        if attribute["Name"] in values and not attribute.get("Mutable", True):
            message = f"user.{attribute['Name']}: Attribute cannot be updated."
            raise Refusal("InvalidParameterException", message)


def username_is_not_its_own_alias(username: str, values: dict[str, str], pool: Members) -> None:
    # aws/aws-sdk-net#761: UserNotFoundException when the two are the same and
    # preferred_username is an alias.
    aliased = "preferred_username" in pool.get("AliasAttributes", [])
    if aliased and values.get("preferred_username") == username:
        raise Refusal("UserNotFoundException", "User does not exist.")


def username_is_not_an_alias(username: str, pool: Members) -> None:
    # Text as reported from AWS: aws-amplify/amplify-cli#8159; that of a phone number is alike.
    aliases = pool.get("AliasAttributes", [])
    formats = {"email": (_EMAIL, "email"), "phone_number": (_PHONE_NUMBER, "phone number")}
    for name, (form, words) in formats.items():
        if name in aliases and form.fullmatch(username):
            raise Refusal(
                "InvalidParameterException",
                f"Username cannot be of {words} format, since user pool is configured for {words} "
                "alias.",
            )


def can_be_invited(members: Members, values: dict[str, str]) -> None:
    # botocore 1.44.5 model: AdminCreateUser.DesiredDeliveryMediums, "The default value is SMS".
    # Text for EMAIL as reported from AWS: rahulpsd18/cognito-backup-restore#25.
    if members.get("MessageAction") == "SUPPRESS":
        return
    destinations = {"EMAIL": ("email", "Email"), "SMS": ("phone_number", "SMS")}
    media = members.get("DesiredDeliveryMediums") or ["SMS"]
    if not any(values.get(destinations[medium][0]) for medium in media):
        name, medium = destinations[media[0]]
        raise Refusal(
            "InvalidParameterException",
            f"No {name.replace('_', ' ')} provided but desired delivery medium was {medium}",
        )


def has_not_signed_in(user: Members) -> None:
    # botocore 1.44.5 model: AdminCreateUser, UnsupportedUserStateException; that it is what RESEND
    # meets is a third party's report, floci-io/floci#755.
    if user.get("UserStatus") != "FORCE_CHANGE_PASSWORD":
        raise Refusal("UnsupportedUserStateException", "The user has set a password already.")


# Names that a user pool without case keeps in lower case. botocore 1.44.5 model:
# UsernameConfigurationType.CaseSensitive, "enables both preferred_username and email alias to be
# case insensitive"; Developer Guide, user-pool-case-sensitivity: "flattened to lowercase".
_WITHOUT_CASE = ("preferred_username", "email")


def in_case_of(pool: Members, members: Members) -> Members:
    """Return the members of a call about a user, with names in lower case if the pool has none."""
    if pool.get("UsernameConfiguration", {}).get("CaseSensitive", True):
        return members
    attributes = [
        {**one, "Value": one["Value"].lower()}
        if one["Name"] in _WITHOUT_CASE and one.get("Value")
        else one
        for one in members.get("UserAttributes", [])
    ]
    named = {"UserAttributes": attributes} if attributes else {}
    return {**members, "Username": members["Username"].lower(), **named}


def alias_is_free(values: dict[str, str], pool: Members, others: Iterable[dict[str, str]]) -> None:
    # botocore 1.44.5 model: AdminCreateUser.ForceAliasCreation, "the API throws an
    # AliasExistsException error if the alias already exists".
    aliases = claimed_aliases(values, pool)
    for other in others:
        for name, value in claimed_aliases(other, pool).items():
            if aliases.get(name) == value:
                label = "email" if name == "email" else name
                raise Refusal(
                    "AliasExistsException", f"An account with the {label} already exists."
                )


def claimed_aliases(values: dict[str, str], pool: Members) -> dict[str, str]:
    """The attributes a user can sign in with: e-mail and phone number once verified."""
    return {
        name: values[name]
        for name in pool.get("AliasAttributes", [])
        if values.get(name)
        and (name not in _VERIFIED_ALIASES or values.get(f"{name}_verified", "").lower() == "true")
    }


def sign_up_is_open(pool: Members) -> None:
    # botocore 1.44.5 model: AdminCreateUserConfigType.AllowAdminCreateUserOnly, "only
    # administrators can create new user profiles".
    if pool.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly"):
        raise Refusal("NotAuthorizedException", "SignUp is not permitted for this user pool")


def preferred_username_waits_for_confirmation(values: dict[str, str], pool: Members) -> None:
    # Text as reported from AWS: aws-amplify/amplify-js#1669.
    if "preferred_username" in pool.get("AliasAttributes", []) and "preferred_username" in values:
        raise Refusal(
            "InvalidParameterException",
            "Preferred username cannot be provided for unconfirmed account, since user pool "
            "is configured for preferred username alias.",
        )
