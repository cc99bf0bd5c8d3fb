"""What AWS refuses of a user pool, and what UpdateUserPool resets."""

from __future__ import annotations

from typing import Any

from ..answer import Members, Refusal

# What UpdateUserPool sets a member to that the call leaves out.
# botocore 1.44.5 model: UpdateUserPool, "If you don't provide a value for an attribute,
# Amazon Cognito sets it to its default value". Measured on AWS, AutoVerifiedAttributes
# follows that sentence, Policies and MfaConfiguration do not (go-to-k/cdkd#1982, #1968).
# We keep to the sentence: a call that survives it survives the kinder AWS as well.
# Left out here, because they keep their value: PoolName has no default, UserPoolTier was
# the sentence's own exception (quoted in go-to-k/cdkd#1968), DcrConfiguration is the model's.
UPDATE_DEFAULTS: Members = {
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 8,
            "RequireUppercase": True,
            "RequireLowercase": True,
            "RequireNumbers": True,
            "RequireSymbols": True,
            "TemporaryPasswordValidityDays": 7,
        }
    },
    "DeletionProtection": "INACTIVE",
    "LambdaConfig": {},
    "AutoVerifiedAttributes": [],
    "SmsVerificationMessage": "",
    "EmailVerificationMessage": "",
    "EmailVerificationSubject": "",
    "VerificationMessageTemplate": {},
    "SmsAuthenticationMessage": "",
    "UserAttributeUpdateSettings": {},
    "MfaConfiguration": "OFF",
    "DeviceConfiguration": {},
    "EmailConfiguration": {},
    "SmsConfiguration": {},
    "UserPoolTags": {},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False},
    "UserPoolAddOns": {},
    "AccountRecoverySetting": {},
}

# What SetUserPoolMfaConfig sets a member to that the call leaves out: it replaces the whole
# configuration (go-to-k/cdkd#791: leaving out MfaConfiguration turned MFA off).
MFA_DEFAULTS: Members = {
    "MfaConfiguration": "OFF",
    "SoftwareTokenMfaConfiguration": {"Enabled": False},
    "SmsMfaConfiguration": {},
    "EmailMfaConfiguration": {},
}


def mfa_needs_sms(members: Members) -> None:
    # botocore 1.44.5 model: CreateUserPool.MfaConfiguration, "If you omit SmsConfiguration,
    # the operation returns an InvalidParameterException". Text as reported:
    # aws-cloudformation/cloudformation-coverage-roadmap#769.
    if members.get("MfaConfiguration", "OFF") != "OFF" and not members.get("SmsConfiguration"):
        raise Refusal(
            "InvalidParameterException",
            "SMS configuration and Auto verification for phone_number are required when MFA "
            "is required/optional",
        )


def aliases_or_username_attributes(members: Members) -> None:
    # Text as reported from AWS in public reports.
    if members.get("AliasAttributes") and members.get("UsernameAttributes"):
        raise Refusal(
            "InvalidParameterException",
            "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
        )


def admin_only_recovery_stands_alone(members: Members) -> None:
    # Developer Guide, managing-users-passwords: admin_only stands alone.
    mechanisms = members.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", [])
    names = [mechanism.get("Name") for mechanism in mechanisms]
    if "admin_only" in names and len(names) > 1:
        raise Refusal(
            "InvalidParameterException",
            "Invalid account recovery setting: admin_only cannot be used with other mechanisms.",
        )


def no_unused_account_validity(members: Members) -> None:
    # Text and code as reported from AWS (aws/aws-sdk-js#3817, aws-controllers-k8s/community
    # #2837). A described pool has the member, so it must go before the pool is sent back.
    if members.get("AdminCreateUserConfig", {}).get("UnusedAccountValidityDays") is not None:
        raise Refusal(
            "InvalidParameterException",
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of "
            "UnusedAccountValidityDays",
        )


def email_templates_need_ses(members: Members) -> None:
    # botocore 1.44.5 model: VerificationMessageTemplateType.EmailMessage and others, "only if the
    # value of EmailSendingAccount is DEVELOPER".
    if members.get("EmailConfiguration", {}).get("EmailSendingAccount") == "DEVELOPER":
        return
    template = members.get("VerificationMessageTemplate", {})
    invitation = members.get("AdminCreateUserConfig", {}).get("InviteMessageTemplate", {})
    texts = [template.get(name) for name in ("EmailMessage", "EmailMessageByLink")]
    if any([*texts, invitation.get("EmailMessage")]):
        message = "A template of email messages needs an Amazon SES email configuration."
        raise Refusal("InvalidParameterException", message)


def token_triggers_agree(members: Members) -> None:
    # botocore 1.44.5 model: LambdaConfigType.PreTokenGeneration, "its value must be identical".
    triggers = members.get("LambdaConfig", {})
    old = triggers.get("PreTokenGeneration")
    new = triggers.get("PreTokenGenerationConfig", {}).get("LambdaArn")
    if old and new and old != new:
        message = "PreTokenGeneration and PreTokenGenerationConfig must be identical."
        raise Refusal("InvalidParameterException", message)


def plan_has(members: Members, tier: str) -> None:
    # botocore 1.44.5 model: CreateUserPool.UserPoolAddOns, "your user pool must be on the Plus
    # tier", and DcrConfiguration, "in the Essentials tier or higher".
    mode = members.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF")
    if (mode != "OFF" and tier != "PLUS") or (members.get("DcrConfiguration") and tier == "LITE"):
        message = f"A setting is not available in the {tier} tier."
        raise Refusal("FeatureUnavailableInTierException", message)


def deletable(pool: Members) -> None:
    # botocore 1.44.5 model: CreateUserPool.DeletionProtection, "Amazon Cognito returns an
    # InvalidParameterException error".
    if pool.get("DeletionProtection") == "ACTIVE":
        raise Refusal(
            "InvalidParameterException",
            "The user pool cannot be deleted because deletion protection is activated. "
            "Deletion protection must be inactivated first.",
        )


def without_a_domain(pool: Members) -> None:
    # Code and text as reported from AWS: hashicorp/terraform-provider-aws#16479.
    if pool.get("Domain") or pool.get("CustomDomain"):
        raise Refusal(
            "InvalidParameterException",
            "User pool cannot be deleted. It has a domain configured that should be deleted first.",
        )


def mfa_and_its_factors(members: Members) -> None:
    factors = (
        members.get("SoftwareTokenMfaConfiguration", {}).get("Enabled"),
        members.get("SmsMfaConfiguration"),
        members.get("EmailMfaConfiguration"),
    )
    off = members.get("MfaConfiguration", "OFF") == "OFF"
    # Code and text as reported from AWS: aws/aws-sdk-js#4186.
    if not off and not any(factors):
        raise Refusal(
            "InvalidParameterException",
            "Invalid MFA configuration given, can't disable all MFAs with a required or "
            "optional configuration.",
        )
    # Code and text as reported from AWS: go-to-k/cdkd#1923. Leaving MfaConfiguration out is
    # OFF: the call replaces the whole configuration.
    if off and any(factors):
        raise Refusal(
            "InvalidParameterException",
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        )


def email_mfa_needs(members: Members, pool: Members) -> None:
    # botocore 1.44.5 model: SetUserPoolMfaConfig.EmailMfaConfiguration, "must be in the
    # Essentials tier or higher"; Developer Guide, user-pool-email, footnote 1: not with
    # COGNITO_DEFAULT.
    if not members.get("EmailMfaConfiguration"):
        return
    if pool.get("UserPoolTier") == "LITE":
        raise Refusal(
            "FeatureUnavailableInTierException", "Email MFA is not available in the LITE tier."
        )
    if pool.get("EmailConfiguration", {}).get("EmailSendingAccount") != "DEVELOPER":
        raise Refusal(
            "InvalidParameterException", "Email MFA needs an Amazon SES email configuration."
        )


def arn_is_of(partition: str, arn: Any) -> None:
    # An ARN of another partition names nothing here.
    if str(arn).split(":")[1:2] != [partition]:
        raise Refusal("InvalidParameterException", f"Invalid ARN: {arn}")
