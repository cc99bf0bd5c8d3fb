"""The seam: what scripts, commands and tests meet when they talk to the local AWS."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from local_aws import Fault, LocalAws
from local_aws.emulator import INTERPRETER_VARIABLE, interpreter
from local_aws.region import regions

TESTS = Path(__file__).parents[1]


def cognito(region: str = "eu-west-1", **config: Any) -> Any:
    return boto3.client("cognito-idp", region_name=region, config=Config(**config))


def refusal(error: pytest.ExceptionInfo[ClientError]) -> dict[str, str]:
    details: dict[str, str] = error.value.response["Error"]
    return details


# Region, partition, credentials


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-east-2", "aws"), ("us-gov-west-1", "aws-us-gov"), ("eusc-de-east-1", "aws-eusc")],
)
def test_arns_are_of_the_regions_partition(
    local_aws: LocalAws, region: str, partition: str
) -> None:
    client = cognito(region)
    pool = client.create_user_pool(PoolName="a", UserPoolTags={"team": "a"})["UserPool"]
    arn = f"arn:{partition}:cognito-idp:{region}:111122223333:userpool/{pool['Id']}"
    assert pool["Arn"] == arn
    assert pool["Id"].startswith(f"{region}_")
    client.tag_resource(ResourceArn=arn, Tags={"stage": "test"})
    client.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"stage": "test"}
    described = client.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]
    assert described["UserPoolTags"] == {"stage": "test"}
    identity = boto3.client("sts", region_name=region).get_caller_identity()
    assert identity["Arn"].startswith(f"arn:{partition}:")


def test_regions_do_not_see_each_other(local_aws: LocalAws) -> None:
    cognito("us-east-2").create_user_pool(PoolName="a")
    assert cognito("us-east-1").list_user_pools(MaxResults=10)["UserPools"] == []


def test_every_region_with_user_pools_is_one(local_aws: LocalAws) -> None:
    assert len(regions()) == 37
    with pytest.raises(ClientError) as error:
        cognito("eu-cntral-1").list_user_pools(MaxResults=10)
    assert refusal(error)["Code"] == "InvalidSignatureException"


def send(url: str, target: str, body: str = "{}") -> tuple[int, dict[str, str]]:
    """A call that nobody signed."""
    request = urllib.request.Request(  # noqa: S310 - the local AWS
        url, body.encode(), {"X-Amz-Target": f"AWSCognitoIdentityProviderService.{target}"}
    )
    try:
        with urllib.request.urlopen(request) as response:  # noqa: S310
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_unsigned_calls(local_aws: LocalAws) -> None:
    status, error = send(local_aws.endpoint_url, "ListUserPools")
    assert (status, error["__type"]) == (400, "MissingAuthenticationTokenException")
    # Signing in needs no credentials; this one is refused for what it says.
    status, error = send(local_aws.endpoint_url, "InitiateAuth")
    assert (status, error["__type"]) == (400, "InvalidParameterException")


def test_unknown_operations_and_malformed_calls(local_aws: LocalAws) -> None:
    status, error = send(local_aws.endpoint_url, "CreateUserPuddle")
    assert (status, error["__type"]) == (400, "UnknownOperationException")
    status, error = send(local_aws.endpoint_url, "InitiateAuth", "[]")
    assert (status, error["__type"]) == (400, "SerializationException")
    status, error = send(local_aws.endpoint_url, "InitiateAuth", '{"AuthFlow": 1}')
    assert (status, error["__type"]) == (400, "SerializationException")


def test_what_the_local_aws_cannot_do_says_so(local_aws: LocalAws) -> None:
    pool_id = cognito().create_user_pool(PoolName="a")["UserPool"]["Id"]
    with pytest.raises(ClientError) as error:
        cognito().get_signing_certificate(UserPoolId=pool_id)
    assert refusal(error)["Code"] == "NotImplementedByLocalAws"
    with pytest.raises(ClientError, match="ForceAliasCreation"):
        cognito().admin_create_user(UserPoolId=pool_id, Username="ada", ForceAliasCreation=True)


def test_a_discovery_document_is_no_call(local_aws: LocalAws) -> None:
    pool_id = cognito("us-east-2").create_user_pool(PoolName="a")["UserPool"]["Id"]
    url = f"{local_aws.endpoint_url}/{pool_id}/.well-known/openid-configuration"
    with urllib.request.urlopen(url) as response:  # noqa: S310 - the local AWS
        issuer = json.load(response)["issuer"]
    assert issuer == f"https://cognito-idp.us-east-2.amazonaws.com/{pool_id}"
    assert local_aws.calls == [("us-east-2", "CreateUserPool")]


# Login page styles


def test_login_page_styles(local_aws: LocalAws) -> None:
    client = cognito()
    ids = {"UserPoolId": client.create_user_pool(PoolName="a")["UserPool"]["Id"]}
    app_client = client.create_user_pool_client(**ids, ClientName="web")["UserPoolClient"]
    mine = ids | {"ClientId": app_client["ClientId"]}
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_managed_login_branding_by_client(**mine)
    style = client.create_managed_login_branding(**mine, UseCognitoProvidedValues=True)
    named = ids | {
        "ManagedLoginBrandingId": style["ManagedLoginBranding"]["ManagedLoginBrandingId"]
    }
    with pytest.raises(client.exceptions.ManagedLoginBrandingExistsException):
        client.create_managed_login_branding(**mine, UseCognitoProvidedValues=True)
    style = client.describe_managed_login_branding(**named)
    assert style["ManagedLoginBranding"]["UseCognitoProvidedValues"] is True
    client.update_managed_login_branding(**named, Settings={"categories": {"form": {"a": 1.5}}})
    style = client.describe_managed_login_branding_by_client(**mine)["ManagedLoginBranding"]
    assert style["UseCognitoProvidedValues"] is False
    assert style["Settings"] == {"categories": {"form": {"a": 1.5}}}
    client.delete_managed_login_branding(**named)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_managed_login_branding(**named)


def test_a_user_pool_has_at_most_twenty_styles(local_aws: LocalAws) -> None:
    client = cognito()
    ids = {"UserPoolId": client.create_user_pool(PoolName="a")["UserPool"]["Id"]}
    for number in range(21):
        app_client = client.create_user_pool_client(**ids, ClientName="web")["UserPoolClient"]
        mine = {**ids, "ClientId": app_client["ClientId"], "UseCognitoProvidedValues": True}
        if number < 20:
            client.create_managed_login_branding(**mine)
    with pytest.raises(client.exceptions.LimitExceededException):
        client.create_managed_login_branding(**mine)


@pytest.mark.parametrize("deleted", ["app client", "user pool"])
def test_a_style_goes_with_its_app_client_and_user_pool(local_aws: LocalAws, deleted: str) -> None:
    client = cognito()
    ids = {"UserPoolId": client.create_user_pool(PoolName="a")["UserPool"]["Id"]}
    app_client = client.create_user_pool_client(**ids, ClientName="web")["UserPoolClient"]
    mine = ids | {"ClientId": app_client["ClientId"]}
    style = client.create_managed_login_branding(**mine, UseCognitoProvidedValues=True)
    if deleted == "app client":
        client.delete_user_pool_client(**mine)
    else:
        client.delete_user_pool(**ids)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_managed_login_branding(
            **ids, ManagedLoginBrandingId=style["ManagedLoginBranding"]["ManagedLoginBrandingId"]
        )
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_user_pool_client(**mine)


# Calls and faults


def test_calls_are_noted_in_order(local_aws: LocalAws) -> None:
    assert local_aws.calls == []
    cognito("us-east-2").list_user_pools(MaxResults=1)
    with pytest.raises(ClientError):
        cognito().create_user_pool(PoolName="bad/name!")
    assert local_aws.calls == [("us-east-2", "ListUserPools"), ("eu-west-1", "CreateUserPool")]
    local_aws.reset()
    assert local_aws.calls == []


def test_reset_leaves_nothing(local_aws: LocalAws) -> None:
    cognito().create_user_pool(PoolName="a")
    local_aws.reset()
    assert cognito().list_user_pools(MaxResults=1)["UserPools"] == []


def test_what_was_saved_is_restored(local_aws: LocalAws) -> None:
    def described() -> list[Any]:
        return [
            client.describe_user_pool(**ids)["UserPool"],
            client.describe_user_pool_client(**mine)["UserPoolClient"],
            client.describe_managed_login_branding_by_client(**mine)["ManagedLoginBranding"],
            client.describe_user_pool_domain(Domain="prefix")["DomainDescription"],
            client.list_users(**ids)["Users"],
        ]

    client = cognito("us-gov-west-1")
    settings = {"IssuerConfiguration": {"Type": "UPDATED"}}
    ids = {"UserPoolId": client.create_user_pool(PoolName="a", **settings)["UserPool"]["Id"]}
    app_client = client.create_user_pool_client(**ids, ClientName="web")["UserPoolClient"]
    mine = ids | {"ClientId": app_client["ClientId"]}
    client.create_managed_login_branding(**mine, UseCognitoProvidedValues=True)
    client.create_user_pool_domain(**ids, Domain="prefix")
    client.admin_create_user(**ids, Username="ada", MessageAction="SUPPRESS")
    before, saved = described(), local_aws.save()
    assert local_aws.save() == saved, "reading changes nothing"
    client.admin_disable_user(**ids, Username="ada")
    client.delete_managed_login_branding(
        **ids, ManagedLoginBrandingId=before[2]["ManagedLoginBrandingId"]
    )
    assert local_aws.save() != saved
    client.create_user_pool(PoolName="b")
    for _ in range(2):
        local_aws.restore(saved)
        assert local_aws.calls == []
        assert len(client.list_user_pools(MaxResults=10)["UserPools"]) == 1
        assert described() == before
        client.admin_delete_user(**ids, Username="ada")


REFUSING_FAULTS = [
    (Fault.THROTTLED, "ThrottlingException"),
    (Fault.TOO_MANY_REQUESTS, "TooManyRequestsException"),
    (Fault.ACCESS_DENIED, "AccessDeniedException"),
    (Fault.EXPIRED_TOKEN, "ExpiredTokenException"),
]


@pytest.mark.parametrize(("fault", "code"), REFUSING_FAULTS)
def test_the_nth_call_is_refused(local_aws: LocalAws, fault: Fault, code: str) -> None:
    client = cognito(retries={"total_max_attempts": 2})
    local_aws.fail(at=2, how=fault)
    pool_id = client.create_user_pool(PoolName="a")["UserPool"]["Id"]
    with pytest.raises(ClientError) as error:
        client.describe_user_pool(UserPoolId=pool_id)
    assert refusal(error)["Code"] == code
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    client.describe_user_pool(UserPoolId=pool_id)


def test_access_denied_is_worded_as_aws_words_it(local_aws: LocalAws) -> None:
    client = cognito("us-gov-west-1")
    pool_id = client.create_user_pool(PoolName="a")["UserPool"]["Id"]
    local_aws.fail(at=2, how=Fault.ACCESS_DENIED)
    with pytest.raises(ClientError) as error:
        client.admin_create_user(UserPoolId=pool_id, Username="ada", MessageAction="SUPPRESS")
    assert refusal(error)["Message"] == (
        "User: arn:aws-us-gov:iam::111122223333:user/reader is not authorized to perform: "
        "cognito-idp:AdminCreateUser on resource: "
        f"arn:aws-us-gov:cognito-idp:us-gov-west-1:111122223333:userpool/{pool_id} "
        "because no identity-based policy allows the cognito-idp:AdminCreateUser action"
    )
    local_aws.fail(at=3, how=Fault.ACCESS_DENIED)
    with pytest.raises(ClientError, match=r"on resource: \* because"):
        client.list_user_pools(MaxResults=1)


@pytest.mark.parametrize(("fault", "pools"), [(Fault.DROPPED_BEFORE, 0), (Fault.DROPPED_AFTER, 1)])
def test_a_dropped_connection_and_its_retries(
    local_aws: LocalAws, fault: Fault, pools: int
) -> None:
    client = cognito(retries={"total_max_attempts": 3})
    local_aws.fail(at=1, how=fault)
    with pytest.raises(ConnectionClosedError):
        client.create_user_pool(PoolName="a")
    assert local_aws.calls == [("eu-west-1", "CreateUserPool")] * 3
    assert len(client.list_user_pools(MaxResults=10)["UserPools"]) == pools


def test_heal(local_aws: LocalAws) -> None:
    local_aws.fail(at=1, how=Fault.DROPPED_BEFORE)
    local_aws.heal()
    cognito().create_user_pool(PoolName="a")
    with pytest.raises(ValueError, match="is past"):
        local_aws.fail(at=1, how=Fault.THROTTLED)


def test_a_fault_of_cloudformation_is_worded_for_a_query_service(local_aws: LocalAws) -> None:
    local_aws.fail(at=1, how=Fault.ACCESS_DENIED)
    with pytest.raises(ClientError) as error:
        boto3.client("cloudformation", region_name="eu-west-1").list_stacks()
    assert refusal(error)["Code"] == "AccessDenied"


# The environment, and the way out


CANARY = "AKIACANARYCANARY0000"


def test_the_developers_profile_is_never_read(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / ".aws"
    folder.mkdir()
    profile = f"aws_access_key_id = {CANARY}\naws_secret_access_key = canary\n"
    (folder / "credentials").write_text(f"[default]\n{profile}[canary]\n{profile}")
    (folder / "config").write_text(f"[default]\nregion = sa-east-1\n{profile}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_PROFILE", "canary")
    code = """
        import boto3
        session = boto3.Session()
        print(session.get_credentials().access_key, session.region_name)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    # The canary sings where nothing was scrubbed, or this test shows nothing.
    bare = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    assert output(command, bare) == f"{CANARY} sa-east-1"
    assert output(command, local_aws.environment) == "AKIDLOCALAWS None"
    assert CANARY not in output(["aws", "configure", "list"], local_aws.environment)


def output(command: list[str], environment: dict[str, str]) -> str:
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return result.stdout.strip()


def test_another_host_meets_a_proxy_that_refuses(local_aws: LocalAws) -> None:
    code = """
        import urllib.request
        urllib.request.urlopen("https://cognito-idp.eu-west-1.amazonaws.com")
    """
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=local_aws.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Connection refused" in result.stderr


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "169.254.169.254"])
def test_sockets_refuse_other_machines(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as stream, pytest.raises(RuntimeError, match="stay on this machine"):
        stream.connect((host, 443))
    with (
        socket.socket(family, socket.SOCK_DGRAM) as datagrams,
        pytest.raises(RuntimeError, match="stay on this machine"),
    ):
        datagrams.sendto(b"", (host, 53))


def test_names_of_other_machines_are_not_looked_up() -> None:
    with pytest.raises(RuntimeError, match="stay on this machine"):
        socket.getaddrinfo("cognito-idp.eu-west-1.amazonaws.com", 443)
    assert socket.getaddrinfo("localhost", 80)


def test_boto3_cannot_reach_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name)
    with pytest.raises(Exception, match="stay on this machine"):
        cognito(retries={"total_max_attempts": 1}).list_user_pools(MaxResults=1)


# The aws command


def aws(local_aws: LocalAws, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["aws", "--region", "eu-west-1", *arguments],
        env=local_aws.environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_aws_command_meets_the_same_rules(local_aws: LocalAws) -> None:
    result = aws(local_aws, "cognito-idp", "create-user-pool", "--pool-name", "a pool")
    assert json.loads(result.stdout)["UserPool"]["Name"] == "a pool"
    result = aws(
        local_aws,
        *("cognito-idp", "create-user-pool", "--pool-name", "a pool"),
        *("--mfa-configuration", "OPTIONAL"),
    )
    assert result.returncode != 0
    assert "(InvalidParameterException) when calling the CreateUserPool" in result.stderr
    assert local_aws.calls == [("eu-west-1", "CreateUserPool")] * 2


# Starting and stopping


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_the_emulator_stops_with_whoever_started_it(how: signal.Signals) -> None:
    code = """
        import time
        from local_aws import LocalAws
        with LocalAws() as aws:
            print(aws.emulator_pid, aws.environment["AWS_CONFIG_FILE"], flush=True)
            time.sleep(60)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=os.environ | {"PYTHONPATH": str(TESTS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as starter:
        assert starter.stdout
        pid, config_file = starter.stdout.readline().split()
        assert is_running(int(pid))
        starter.send_signal(how)
        starter.wait(timeout=20)
    deadline = time.monotonic() + 10
    while is_running(int(pid)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(int(pid))
    assert not Path(config_file).parent.exists()


def test_the_emulator_listens_on_this_machine_only(local_aws: LocalAws) -> None:
    """No 0.0.0.0:8883, which ministack opens unless told not to."""
    sockets = {
        os.readlink(link)  # noqa: PTH115 - /proc's links are no paths
        for link in Path(f"/proc/{local_aws.emulator_pid}/fd").iterdir()
        if link.is_symlink()
    }
    listening = [
        columns[1]
        for table in ("tcp", "tcp6")
        for columns in map(str.split, Path(f"/proc/net/{table}").read_text().splitlines()[1:])
        if columns[3] == "0A" and f"socket:[{columns[9]}]" in sockets
    ]
    assert [address.split(":")[0] for address in listening] == ["0100007F"]


def test_a_missing_emulator_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INTERPRETER_VARIABLE, "/nonexistent/python")
    with pytest.raises(FileNotFoundError, match="run `make local-aws`"):
        interpreter()


@pytest.mark.parametrize(
    ("region", "issuer_type", "host"),
    [
        ("us-east-2", "ORIGINAL", "cognito-idp.us-east-2.amazonaws.com"),
        ("us-east-2", "UPDATED", "issuer-cognito-idp.us-east-2.amazonaws.com"),
        ("eusc-de-east-1", "ORIGINAL", "cognito-idp.eusc-de-east-1.amazonaws.eu"),
    ],
)
def test_the_discovery_document_names_the_pools_own_issuer(
    local_aws: LocalAws, region: str, issuer_type: str, host: str
) -> None:
    cognito = boto3.client("cognito-idp", region_name=region)
    settings = {"IssuerConfiguration": {"Type": issuer_type}}
    pool_id = cognito.create_user_pool(PoolName="a", **settings)["UserPool"]["Id"]
    path = f"/{pool_id}/.well-known/openid-configuration"
    issuers = []
    for url in (local_aws.endpoint_url, local_aws.emulator_url):
        with urllib.request.urlopen(url + path) as answer:  # noqa: S310 - loopback
            issuers.append(json.load(answer)["issuer"])
    assert issuers[0] == f"https://{host}/{pool_id}"
    if host != "cognito-idp.us-east-2.amazonaws.com":
        assert issuers[1] != issuers[0], "the emulator alone would not"
