"""What AWS refuses of a login page style."""

from __future__ import annotations

from ..answer import Members, Refusal


def one_kind_of_values(members: Members) -> None:
    # botocore 1.44.5 model: CreateManagedLoginBranding and UpdateManagedLoginBranding,
    # UseCognitoProvidedValues, "you must also omit values for Settings and Assets".
    own = members.get("Settings") is not None or bool(members.get("Assets"))
    if members.get("UseCognitoProvidedValues") and own:
        raise Refusal(
            "InvalidParameterException",
            "Settings and Assets cannot be given with UseCognitoProvidedValues.",
        )
