"""A local AWS to run scripts, commands and tests against."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from .emulator import Emulator, interpreter
from .fault import Fault

if TYPE_CHECKING:
    from .front import Front


class LocalAws:
    """The emulator behind a layer that refuses what AWS refuses.

    with LocalAws() as aws:
        subprocess.run(["aws", "cognito-idp", ...], env=aws.environment)
    """

    def __init__(self) -> None:
        from .endpoint import Endpoint  # brings botocore, which takes long

        self._emulator = Emulator()
        self._front: Front | None = None
        self._endpoint = Endpoint(self._emulator)
        # The aws command that knows AWS_ENDPOINT_URL: Debian's (2.9) does not, and would call
        # AWS itself.
        self._commands = self._emulator.folder / "bin"
        self._commands.mkdir()
        (self._commands / "aws").symlink_to(interpreter().with_name("aws"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def endpoint_url(self) -> str:
        return self._endpoint.url

    @property
    def emulator_url(self) -> str:
        """The emulator without the strict layer, for tests that show what the layer adds."""
        return self._emulator.endpoint_url

    @property
    def calls(self) -> list[tuple[str, str]]:
        """(Region, operation) of every call since the last reset, retries and refused included."""
        return list(self._endpoint.calls)

    @property
    def emails(self) -> list[dict[str, Any]]:
        """Every email that Cognito sent since the last reset, with `To` and `BodyText`."""
        messages = self._emulator.emails()
        return [email for of_account in messages.values() for email in of_account]

    @property
    def environment(self) -> dict[str, str]:
        """For subprocesses: this process's environment without AWS, but for the local one."""
        path = os.pathsep.join([str(self._commands), os.environ.get("PATH", os.defpath)])
        clean = scrubbed(dict(os.environ), self._emulator.folder)
        return clean | {"AWS_ENDPOINT_URL": self.endpoint_url, "PATH": path}

    @property
    def front(self) -> Front:
        """The real addresses of user pools, login pages and applications; started when wanted."""
        from .front import Front
        from .sessions import Sessions

        if self._front is None:
            self._front = Front(
                self._emulator.folder, Sessions(self._endpoint.login_pages.answer).answer
            )
        return self._front

    def show_scope_errors(self) -> None:
        """Refuse a scope on Cognito's own page /error, until the next reset."""
        self._endpoint.login_pages.shows_scope_errors = True

    def fail(self, *, at: int, how: Fault) -> None:
        """Make the n-th call since the last reset fail, and its retries, until `heal`.

        Retries are no calls of their own here, though `calls` notes each of them.
        """
        self._endpoint.faults.plan(at, how)

    def heal(self) -> None:
        self._endpoint.faults.heal()

    @property
    def emulator_pid(self) -> int:
        return self._emulator.pid

    def reset(self) -> None:
        """Nothing was ever called, nothing exists."""
        self._emulator.reset()
        self._endpoint.reset()
        if self._front:
            self._front.reset()

    def save(self) -> bytes:
        """Return the user pools with all in them, and the stacks: to restore, or to compare."""
        return self._endpoint.save()

    def restore(self, state: bytes) -> None:
        """Nothing was ever called, and what exists is what was saved."""
        self.reset()
        self._endpoint.restore(state)

    def stop(self) -> None:
        if self._front:
            self._front.stop()
        self._endpoint.stop()
        self._emulator.stop()


def scrubbed(environment: dict[str, str], folder: Path) -> dict[str, str]:
    """An environment that can reach the local AWS and nothing else.

    The credentials are no one's, no profile is read, the metadata service is off, and a
    request to any other host meets a proxy that refuses it.
    """
    nothing = folder / "no-profile"
    nothing.touch()
    refusing = "http://127.0.0.1:9"  # the discard port: nobody listens
    rest = {
        name: value
        for name, value in environment.items()
        if not name.startswith("AWS_") and not name.lower().endswith("_proxy")
    }
    return rest | {
        "AWS_ACCESS_KEY_ID": "AKIDLOCALAWS",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(nothing),
        "AWS_SHARED_CREDENTIALS_FILE": str(nothing),
        "HTTP_PROXY": refusing,
        "HTTPS_PROXY": refusing,
        "http_proxy": refusing,
        "https_proxy": refusing,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }
