"""CloudFormation: the emulator's, with the Cognito resources made by our layer."""

from __future__ import annotations

import base64
import io
import json
import re
import time
import urllib.request
import zipfile
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from . import resource, template
from .answer import Answer, Members, Refusal
from .call import Call
from .cognito import Cognito
from .emulator import Emulator
from .region import dns_suffix, partition_of

# Where the emulator hands us a resource: it posts the event of a Lambda function that it
# believes to run elsewhere (its MINISTACK_LAMBDA_PROXY_URL).
RESOURCE_PATH = "/_local_aws/resource"
_FUNCTION = "local-aws-resource"
_CHANGING = ("CreateStack", "UpdateStack", "DeleteStack", "ExecuteChangeSet")
_SETTLE_SECONDS = 60.0


class CloudFormation:
    """Rewrites templates on the way in and makes what they ask for."""

    def __init__(self, emulator: Emulator, cognito: Cognito, endpoint_url: str) -> None:
        self._emulator = emulator
        self._cognito = cognito
        self._endpoint_url = endpoint_url
        self.reset()

    def reset(self) -> None:
        self._service_tokens: dict[str, str] = {}
        self._refused_names: set[tuple[str, str]] = set()

    def answer(self, call: Call) -> Answer:
        parameters = parse_qsl(call.body.decode(), keep_blank_values=True)
        names = {name for name, _ in parameters}
        token = self._service_token(call) if call.operation in _CHANGING else ""
        if "TemplateURL" in names:
            raise Refusal(
                "NotImplementedByLocalAws", "A template must be sent in the call itself.", 501
            )
        if "TemplateBody" in names:
            token = token or self._service_token(call)
            pseudo = {
                "AWS::Partition": partition_of(call.region),
                "AWS::URLSuffix": dns_suffix(call.region),
            }
            rewritten = [
                (name, template.lifted(value, token, pseudo) if name == "TemplateBody" else value)
                for name, value in parameters
            ]
            call = replace(call, body=urlencode(rewritten).encode())
        answer = self._emulator.answer(call)
        if call.operation in _CHANGING and not answer.is_refusal:
            self._settle(call, dict(parameters).get("StackName", ""))
        return replace(answer, body=template.restored(answer.body))

    def _settle(self, call: Call, stack: str) -> None:
        """Answer when the stack is at rest: AWS's waiters look only every 30 seconds."""
        query = urlencode({"Action": "DescribeStacks", "Version": "2010-05-15", "StackName": stack})
        deadline = time.monotonic() + _SETTLE_SECONDS
        while time.monotonic() < deadline:
            answer = self._emulator.answer(replace(call, body=query.encode()))
            if not re.search(rb"<StackStatus>(?!REVIEW_)\w+_IN_PROGRESS<", answer.body):
                return
            time.sleep(0.02)

    def _service_token(self, call: Call) -> str:
        """The Lambda function, in the call's Region, that stands for this layer."""
        if call.region not in self._service_tokens:
            function = {
                "FunctionName": _FUNCTION,
                "Runtime": "python3.12",
                "Handler": "index.handler",
                "Role": "arn:aws:iam::111122223333:role/local-aws",
                "Timeout": 60,
                "Code": {"ZipFile": _empty_zip()},
                "Environment": {
                    "Variables": {"MINISTACK_LAMBDA_PROXY_URL": self._endpoint_url + RESOURCE_PATH}
                },
            }
            headers = call.headers | {
                "content-type": "application/json",
                "authorization": call.headers["authorization"].replace(
                    "/cloudformation/", "/lambda/"
                ),
            }
            answer = self._emulator.answer(
                Call("POST", "/2015-03-31/functions", headers, json.dumps(function).encode())
            )
            self._service_tokens[call.region] = answer.members["FunctionArn"]
        return self._service_tokens[call.region]

    def make(self, event: Members) -> None:
        """Do what the emulator wants done to one resource, and tell it how it went."""
        event["ResourceType"] = template.own_type(event["ResourceType"])
        region, account = event["StackId"].split(":")[3:5]
        authorization = (
            f"AWS4-HMAC-SHA256 Credential={account}/20261122/{region}/cognito-idp/aws4_request"
        )
        caller = Call("POST", "/", {"authorization": authorization}, b"")

        def ask(operation: str, members: Members) -> Members:
            return self._cognito.answer(caller.to(operation, members)).checked

        # The emulator undoes even the update that was refused, and changed nothing.
        name = (event["StackId"], event["LogicalResourceId"])
        try:
            physical_id, attributes = resource.perform(
                ask, event, undoing=name in self._refused_names
            )
            self._refused_names.discard(name)
            outcome = {"Status": "SUCCESS", "PhysicalResourceId": physical_id, "Data": attributes}
        except Refusal as refusal:
            self._refused_names.add(name)
            # The form of CloudFormation's text as reported: pulumi/pulumi-aws-native#1256.
            reason = (
                f'Resource handler returned message: "{refusal.text} (Service: '
                f"CognitoIdentityProvider, Status Code: {refusal.status}, Request ID: local-aws)"
                f'" (RequestToken: local-aws, HandlerErrorCode: InvalidRequest)'
            )
            outcome = {"Status": "FAILED", "Reason": reason}
        except Exception as error:  # or the emulator waits an hour for an answer
            outcome = {"Status": "FAILED", "Reason": f"the local AWS failed: {error!r}"}
        request = urllib.request.Request(  # noqa: S310 - the emulator's own address
            event["ResponseURL"], json.dumps(outcome).encode(), method="PUT"
        )
        no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with no_proxy.open(request, timeout=30):
            pass


def _empty_zip() -> str:
    """A function's code, which is never run."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "")
    return base64.b64encode(packed.getvalue()).decode()
