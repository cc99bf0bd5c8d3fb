"""What can go wrong on the way to AWS and back, on demand."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from .answer import Refusal
from .call import Call
from .emulator import ACCOUNT_ID
from .region import partition_of


class Fault(enum.Enum):
    """How a call fails."""

    THROTTLED = "ThrottlingException"
    TOO_MANY_REQUESTS = "TooManyRequestsException"
    ACCESS_DENIED = "AccessDeniedException"
    EXPIRED_TOKEN = "ExpiredTokenException"  # noqa: S105 - a code, no secret
    UNKNOWN_TOKEN = "UnrecognizedClientException"  # noqa: S105 - a code, no secret
    WRONG_CLOCK = "InvalidSignatureException"
    REPEATS_PASSWORD = "InvalidPasswordException"  # noqa: S105 - a code, no secret
    DROPPED_BEFORE = "the connection breaks before the call takes effect"
    DROPPED_AFTER = "the connection breaks after the call took effect"


_TEXTS = {
    Fault.THROTTLED: "Rate exceeded",
    Fault.TOO_MANY_REQUESTS: "Too many requests",
    Fault.EXPIRED_TOKEN: "The security token included in the request is expired",
    # also where a Region has not been enabled for the account
    Fault.UNKNOWN_TOKEN: "The security token included in the request is invalid.",
    Fault.WRONG_CLOCK: "Signature expired: 20261126T120000Z is now earlier than 20261126T121500Z",
}


def refusal(fault: Fault, call: Call) -> Refusal:
    """The refusal of a fault that is not a broken connection."""
    if fault is Fault.ACCESS_DENIED:
        # Wording: as IAM has it in public reports.
        partition = partition_of(call.region)
        action = f"{call.service}:{call.operation}"
        pool_id = None if call.speaks_xml else call.members.get("UserPoolId")
        resource = (
            f"arn:{partition}:cognito-idp:{call.region}:{ACCOUNT_ID}:userpool/{pool_id}"
            if pool_id
            else "*"
        )
        text = (
            f"User: arn:{partition}:iam::{ACCOUNT_ID}:user/reader is not authorized to perform: "
            f"{action} on resource: {resource} because no identity-based policy allows the "
            f"{action} action"
        )
    elif fault is Fault.REPEATS_PASSWORD:  # which AWS was not seen to do
        text = f"Password does not conform: {call.members.get('Password')}"
    else:
        text = _TEXTS[fault]
    # Query services (CloudFormation) leave the ending off: AccessDenied, Throttling.
    code = fault.value.removesuffix("Exception") if call.speaks_xml else fault.value
    return Refusal(code, text)


@dataclass
class Faults:
    """Which calls fail. A retry is the same call: botocore gives both one invocation ID."""

    _planned: dict[int, Fault] = field(default_factory=dict)
    _failing: dict[str, Fault] = field(default_factory=dict)
    _invocations: set[str] = field(default_factory=set)
    _count: int = 0

    def plan(self, at: int, how: Fault) -> None:
        if at <= self._count:
            raise ValueError(f"call {at} is past: {self._count} calls since the last reset")
        self._planned[at] = how

    def heal(self) -> None:
        self._planned.clear()
        self._failing.clear()

    def of(self, call: Call) -> tuple[Fault | None, bool]:
        """The fault of this call, and whether this is the call's first attempt."""
        retry = call.invocation in self._invocations
        if not retry:
            self._count += 1
            fault = self._planned.pop(self._count, None)
            if call.invocation:
                self._invocations.add(call.invocation)
            if fault and call.invocation:
                self._failing[call.invocation] = fault
            return fault, True
        return self._failing.get(call.invocation), False
