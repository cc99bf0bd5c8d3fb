"""The IAM actions that each companion script needs, as its page shows and a test observes them.

The actions in `anywhere` do not support resource-level permissions (Service Authorization
Reference, Amazon Cognito user pools); those in `on_the_pool` can be restricted to one user pool.
"""

from __future__ import annotations

from typing import NamedTuple


class Actions(NamedTuple):
    """The operations of cognito-idp that a script calls."""

    anywhere: tuple[str, ...] = ()
    on_the_pool: tuple[str, ...] = ()


ACTIONS = {
    "create_user_pool.py": Actions(
        ("CreateUserPool", "DescribeUserPoolDomain", "ListUserPools"),
        (
            "CreateManagedLoginBranding",
            "CreateUserPoolClient",
            "CreateUserPoolDomain",
            "DescribeManagedLoginBrandingByClient",
            "DescribeUserPool",
            "DescribeUserPoolClient",
            "GetUserPoolMfaConfig",
            "ListUserPoolClients",
            "SetUserPoolMfaConfig",
        ),
    ),
    "create_user.py": Actions(
        (),
        (
            "AdminCreateUser",
            "AdminSetUserPassword",
            "AdminUpdateUserAttributes",
            "DescribeUserPool",
            "ListUsers",
        ),
    ),
    "find_oidc_settings.py": Actions(
        ("ListUserPools",),
        ("DescribeUserPool", "DescribeUserPoolClient", "ListUserPoolClients"),
    ),
    "diagnose_sign_in.py": Actions(
        ("DescribeUserPoolDomain", "ListUserPools"),
        (
            "DescribeManagedLoginBrandingByClient",
            "DescribeUserPool",
            "DescribeUserPoolClient",
            "ListUserPoolClients",
            "ListUsers",
        ),
    ),
    "set_oidc_constants.py": Actions(),
    "allow_callback_url.py": Actions((), ("DescribeUserPoolClient", "UpdateUserPoolClient")),
    "delete_user_pool.py": Actions(
        (),
        ("DeleteUserPool", "DeleteUserPoolDomain", "DescribeUserPool", "UpdateUserPool"),
    ),
}
