"""What AWS refuses of a user pool domain."""

from __future__ import annotations

from ..answer import Members, Refusal

# Developer Guide, cognito-user-pools-assign-domain: no prefix contains these words. Code and
# text as reported: aws-solutions/content-analysis-on-aws#8, aws-amplify/amplify-cli#3854.
RESERVED_WORDS = ("aws", "amazon", "cognito")


def prefix(members: Members) -> None:
    for word in RESERVED_WORDS:
        if not members.get("CustomDomainConfig") and word in members["Domain"]:
            raise Refusal(
                "InvalidParameterException", f"Domain cannot contain reserved word: {word}"
            )


def custom_domain(members: Members, partition: str) -> None:
    certificate = members.get("CustomDomainConfig", {}).get("CertificateArn")
    # GovCloud guide, govcloud-cog: custom domains are not supported. Developer Guide,
    # cognito-user-pools-add-custom-domain: "the certificate must be in us-east-1".
    if certificate and (partition != "aws" or certificate.split(":")[3:4] != ["us-east-1"]):
        raise Refusal(
            "InvalidParameterException", "Custom domain is not supported here, or its certificate."
        )


def managed_login_version(members: Members, pool: Members) -> None:
    version = members.get("ManagedLoginVersion")
    # botocore 1.44.5 model: CreateUserPoolDomain.ManagedLoginVersion, "1 indicates hosted UI
    # (classic) and a version of 2 indicates managed login".
    if version not in (None, 1, 2):
        raise Refusal(
            "InvalidParameterException", f"ManagedLoginVersion must be 1 or 2, not {version}."
        )
    # The same: "any feature plan other than Lite"; the code is in the operation's errors.
    if version == 2 and pool.get("UserPoolTier") == "LITE":
        raise Refusal(
            "FeatureUnavailableInTierException",
            "Managed login is not available in the LITE tier.",
        )


def belongs_to(pool_id: str, description: Members) -> None:
    # botocore 1.44.5 model: DeleteUserPoolDomain, ResourceNotFoundException. The emulator
    # says yes to a domain that is not there.
    if description.get("UserPoolId") != pool_id:
        raise Refusal("ResourceNotFoundException", "User pool domain was not found.")


def is_free(owner: str | None, pool_id: str) -> None:
    # Developer Guide, cognito-user-pools-assign-domain-prefix: a prefix is unique in a Region. Code
    # and text as reported: aws-samples/websocket-chat-application#56.
    if owner not in (None, pool_id):
        raise Refusal(
            "InvalidParameterException", "Domain already associated with another user pool."
        )
