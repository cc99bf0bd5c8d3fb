"""CloudFormation: the emulator's stacks, with Cognito resources as strict as the operations."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws import LocalAws
from local_aws.template import lifted, parse

TEMPLATE = """
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Callback: {Type: String, Default: "https://app.example/Prod/"}
  Prefix: {Type: String, Default: prefix}
  Tier: {Type: String, Default: ESSENTIALS}
  Protection: {Type: String, Default: INACTIVE}
Resources:
  UserPool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: !Sub "${Prefix} pool"
      UserPoolTier: !Ref Tier
      DeletionProtection: !Ref Protection
      AdminCreateUserConfig: {AllowAdminCreateUserOnly: true}
      MfaConfiguration: OPTIONAL
      EnabledMfas: [SOFTWARE_TOKEN_MFA]
      Policies: {PasswordPolicy: {MinimumLength: 12}}
      UserPoolTags: {team: a}
      IssuerConfiguration: {Type: ORIGINAL}
      Schema:
        - {Name: email, Required: true, Mutable: true, AttributeDataType: String}
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref UserPool
      ClientName: web
      AllowedOAuthFlowsUserPoolClient: true
      AllowedOAuthFlows: [code]
      AllowedOAuthScopes: [openid, email]
      CallbackURLs: [!Ref Callback]
      SupportedIdentityProviders: [COGNITO]
  Domain:
    Type: AWS::Cognito::UserPoolDomain
    Properties: {UserPoolId: !Ref UserPool, Domain: !Ref Prefix, ManagedLoginVersion: 2}
  Style:
    Type: AWS::Cognito::ManagedLoginBranding
    Properties:
      UserPoolId: !Ref UserPool
      ClientId: !Ref Client
      UseCognitoProvidedValues: true
  User:
    Type: AWS::Cognito::UserPoolUser
    Properties:
      UserPoolId: !GetAtt UserPool.UserPoolId
      Username: ada
      UserAttributes: [{Name: email, Value: ada@app.example}]
      DesiredDeliveryMediums: [EMAIL]
Outputs:
  UserPoolId: {Value: !Ref UserPool}
  ClientId: {Value: !GetAtt Client.ClientId}
  StyleId: {Value: !GetAtt Style.ManagedLoginBrandingId}
  ProviderURL: {Value: !GetAtt UserPool.ProviderURL}
  Arn: {Value: !GetAtt UserPool.Arn}
  Where: {Value: !Sub "${AWS::Partition} ${AWS::URLSuffix} ${AWS::Region}"}
"""


class Stack:
    """One stack in one Region."""

    def __init__(self, region: str = "eu-west-1") -> None:
        self.cloudformation = boto3.client("cloudformation", region_name=region)
        self.cognito = boto3.client("cognito-idp", region_name=region)

    def create(self, template: str = TEMPLATE, **parameters: str) -> dict[str, str]:
        self.cloudformation.create_stack(
            StackName="s", TemplateBody=template, Parameters=listed(parameters)
        )
        return self.outputs

    def update(self, template: str = TEMPLATE, **parameters: str) -> dict[str, str]:
        self.cloudformation.update_stack(
            StackName="s", TemplateBody=template, Parameters=listed(parameters)
        )
        return self.outputs

    def delete(self) -> None:
        self.cloudformation.delete_stack(StackName="s")

    @property
    def description(self) -> dict[str, Any]:
        stack: dict[str, Any] = self.cloudformation.describe_stacks(StackName="s")["Stacks"][0]
        return stack

    @property
    def status(self) -> str:
        return str(self.description["StackStatus"])

    @property
    def outputs(self) -> dict[str, str]:
        return {
            output["OutputKey"]: output["OutputValue"]
            for output in self.description.get("Outputs", [])
        }

    @property
    def failures(self) -> dict[str, str]:
        events = self.cloudformation.describe_stack_events(StackName="s")["StackEvents"]
        return {
            event["LogicalResourceId"]: event.get("ResourceStatusReason", "")
            for event in events
            if event["ResourceStatus"].endswith("_FAILED")
        }


def listed(parameters: dict[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]


@pytest.fixture
def stack(local_aws: LocalAws) -> Stack:
    return Stack()


def test_a_stack_makes_everything(stack: Stack) -> None:
    outputs = stack.create()
    assert stack.status == "CREATE_COMPLETE", stack.failures
    ids = {"UserPoolId": outputs["UserPoolId"]}
    pool = stack.cognito.describe_user_pool(**ids)["UserPool"]
    assert pool["Name"] == "prefix pool"
    assert pool["UserPoolTags"] == {"team": "a"}
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] == 12
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pool["IssuerConfiguration"] == {"Type": "ORIGINAL"}
    mfa = stack.cognito.get_user_pool_mfa_config(**ids)
    assert mfa["MfaConfiguration"] == "OPTIONAL"
    assert mfa["SoftwareTokenMfaConfiguration"] == {"Enabled": True}
    mine = ids | {"ClientId": outputs["ClientId"]}
    client = stack.cognito.describe_user_pool_client(**mine)["UserPoolClient"]
    assert client["CallbackURLs"] == ["https://app.example/Prod/"]
    style = stack.cognito.describe_managed_login_branding_by_client(**mine)
    assert style["ManagedLoginBranding"]["ManagedLoginBrandingId"] == outputs["StyleId"]
    domain = stack.cognito.describe_user_pool_domain(Domain="prefix")["DomainDescription"]
    assert (domain["UserPoolId"], domain["ManagedLoginVersion"]) == (ids["UserPoolId"], 2)
    stack.cognito.admin_get_user(**ids, Username="ada")


def test_deleting_a_stack_leaves_nothing(stack: Stack) -> None:
    outputs = stack.create()
    stack.delete()
    assert stack.cognito.list_user_pools(MaxResults=10)["UserPools"] == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        stack.cognito.describe_managed_login_branding(
            UserPoolId=outputs["UserPoolId"], ManagedLoginBrandingId=outputs["StyleId"]
        )


def test_types_read_as_the_template_has_them(stack: Stack) -> None:
    stack.create()
    resources = stack.cloudformation.describe_stack_resources(StackName="s")["StackResources"]
    types = {resource["LogicalResourceId"]: resource["ResourceType"] for resource in resources}
    assert types["Style"] == "AWS::Cognito::ManagedLoginBranding"
    assert types["UserPool"] == "AWS::Cognito::UserPool"


@pytest.mark.parametrize(
    ("parameters", "failed", "text"),
    [
        ({"Callback": "http://app.example/"}, "Client", "cannot use the HTTP protocol"),
        ({"Prefix": "my-cognito"}, "Domain", "reserved word: cognito"),
        ({"Tier": "LITE"}, "Domain", "LITE"),
        ({"Prefix": "bad!"}, "UserPool", "'poolName'"),
    ],
)
def test_a_stack_meets_the_same_rules_and_rolls_back(
    stack: Stack, parameters: dict[str, str], failed: str, text: str
) -> None:
    stack.create(**parameters)
    assert stack.status == "ROLLBACK_COMPLETE"
    assert text in stack.failures[failed]
    assert stack.cognito.list_user_pools(MaxResults=10)["UserPools"] == []


def test_an_unknown_property_fails(stack: Stack) -> None:
    stack.create(TEMPLATE.replace("ClientName: web", "Clientname: web"))
    assert "Encountered unsupported property Clientname" in stack.failures["Client"]


def test_updates(stack: Stack) -> None:
    before = stack.create()
    after = stack.update(Callback="https://b.example/")
    assert stack.status == "UPDATE_COMPLETE"
    assert after == before
    mine = {"UserPoolId": after["UserPoolId"], "ClientId": after["ClientId"]}
    client = stack.cognito.describe_user_pool_client(**mine)["UserPoolClient"]
    assert client["CallbackURLs"] == ["https://b.example/"]
    assert client["AllowedOAuthScopes"] == ["openid", "email"]
    renamed = TEMPLATE.replace("pool\n", "users\n").replace('pool"', 'users"')
    stack.update(renamed, Callback="https://b.example/")
    pool = stack.cognito.describe_user_pool(UserPoolId=mine["UserPoolId"])["UserPool"]
    assert (stack.status, pool["Name"]) == ("UPDATE_COMPLETE", "prefix users"), stack.failures
    mfa = stack.cognito.get_user_pool_mfa_config(UserPoolId=mine["UserPoolId"])
    assert mfa["MfaConfiguration"] == "OPTIONAL"
    with pytest.raises(ClientError, match="No updates are to be performed"):
        stack.update(renamed, Callback="https://b.example/")


def test_a_refused_update_rolls_back(stack: Stack) -> None:
    mine = stack.create()
    stack.update(Callback="http://b.example/")
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    ids = {"UserPoolId": mine["UserPoolId"], "ClientId": mine["ClientId"]}
    client = stack.cognito.describe_user_pool_client(**ids)["UserPoolClient"]
    assert client["CallbackURLs"] == ["https://app.example/Prod/"]


def test_what_cannot_change_is_replaced_or_refused(stack: Stack) -> None:
    before = stack.create()
    after = stack.update(TEMPLATE.replace("ClientName: web", "GenerateSecret: true"))
    assert stack.status == "UPDATE_COMPLETE", stack.failures
    assert after["ClientId"] != before["ClientId"]
    assert after["StyleId"] != before["StyleId"]
    listed_clients = stack.cognito.list_user_pool_clients(UserPoolId=after["UserPoolId"])
    assert [c["ClientId"] for c in listed_clients["UserPoolClients"]] == [after["ClientId"]]
    stack.update(TEMPLATE.replace("      Schema:", "      AliasAttributes: [email]\n      Schema:"))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "Updates are not allowed for property - AliasAttributes" in stack.failures["UserPool"]


def test_deletion_protection_stops_the_deletion(stack: Stack) -> None:
    stack.create(Protection="ACTIVE")
    stack.delete()
    assert stack.status == "DELETE_FAILED"
    assert "deletion protection is activated" in stack.failures["UserPool"]


@pytest.mark.parametrize(
    ("region", "where"),
    [
        ("eu-west-1", "aws amazonaws.com"),
        ("us-gov-west-1", "aws-us-gov amazonaws.com"),
        ("eusc-de-east-1", "aws-eusc amazonaws.eu"),
    ],
)
def test_every_partition(local_aws: LocalAws, region: str, where: str) -> None:
    outputs = Stack(region).create()
    partition, suffix = where.split()
    pool_id = outputs["UserPoolId"]
    assert outputs["Where"] == f"{where} {region}"
    assert outputs["Arn"].startswith(f"arn:{partition}:cognito-idp:{region}:")
    assert outputs["ProviderURL"] == f"https://cognito-idp.{region}.{suffix}/{pool_id}"


@pytest.mark.only_full  # the guide deploys its stack by the same command
def test_aws_cloudformation_deploy(local_aws: LocalAws, tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE)

    def deploy(*overrides: str) -> subprocess.CompletedProcess[str]:
        command = ["aws", "--region", "eu-west-1", "cloudformation", "deploy"]
        command += ["--stack-name", "s", "--template-file", str(template)]
        command += ["--parameter-overrides", *overrides] if overrides else []
        return subprocess.run(
            command, env=local_aws.environment, capture_output=True, text=True, check=False
        )

    # The command names its change set by the second, and the emulator keeps the name.
    result = deploy()
    time.sleep(1 - time.time() % 1)
    assert "Successfully created/updated stack - s" in result.stdout, result.stderr
    assert "Successfully" in deploy("Callback=https://b.example/").stdout
    time.sleep(1 - time.time() % 1)
    assert "No changes to deploy" in deploy("Callback=https://b.example/").stderr
    time.sleep(1 - time.time() % 1)
    assert "Failed to create/update the stack" in deploy("Callback=http://b.example/").stderr


def test_a_template_elsewhere_is_not_read(local_aws: LocalAws) -> None:
    with pytest.raises(ClientError, match="NotImplementedByLocalAws"):
        Stack().cloudformation.create_stack(StackName="s", TemplateURL="https://a.example/t.yaml")


def test_short_forms_and_dates_are_read_as_cloudformation_reads_them() -> None:
    body = "Version: 2010-09-09\nA: !Ref B\nC: !GetAtt D.E.F\nG: !Join [',', [!Sub '${H}']]\n"
    assert parse(body) == {
        "Version": "2010-09-09",
        "A": {"Ref": "B"},
        "C": {"Fn::GetAtt": ["D", "E.F"]},
        "G": {"Fn::Join": [",", [{"Fn::Sub": "${H}"}]]},
    }


def test_only_the_types_we_make_are_lifted() -> None:
    body = "Resources: {A: {Type: AWS::Cognito::UserPool}, B: {Type: AWS::SNS::Topic}}"
    assert lifted(body, "token", {}) == (
        '{"Resources": {"A": {"Type": "Custom::AWS-Cognito-UserPool", "Properties": '
        '{"ServiceToken": "token"}}, "B": {"Type": "AWS::SNS::Topic"}}}'
    )
