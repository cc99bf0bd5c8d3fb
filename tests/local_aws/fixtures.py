"""For pytest: `pytest_plugins = ["local_aws.fixtures"]` in the root conftest.

Every test runs without AWS credentials and behind the socket guard, asked or not.
`local_aws` is a local AWS with nothing in it, also for boto3 in the test's own process.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.hooks
import botocore.httpsession
import botocore.loaders
import botocore.session
import pytest
from botocore.client import ClientCreator
from botocore.model import ServiceModel

from .local_aws import LocalAws, scrubbed
from .socket_guard import only_loopback


@pytest.fixture(scope="session", autouse=True)
def _stay_on_this_machine() -> Iterator[None]:
    with only_loopback():
        yield


@pytest.fixture(scope="session", autouse=True)
def _botocore_learns_once() -> Iterator[None]:
    """Clients of all sessions share AWS's data, and what botocore makes of them.

    Each step takes longer than all else that making a client takes.
    """
    accepts_kwargs = cache(botocore.hooks.accepts_kwargs)
    alias_of = cache(botocore.hooks.EventAliaser(None)._alias_event_name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.loaders.create_loader))
        patch.setattr(
            botocore.hooks,
            "accepts_kwargs",
            lambda function: accepts_kwargs(getattr(function, "__func__", function)),
        )
        patch.setattr(
            botocore.hooks.EventAliaser, "_alias_event_name", lambda _, name: alias_of(name)
        )
        patch.setattr(ClientCreator, "_create_methods", _methods_once())
        tls_context = cache(botocore.httpsession.create_urllib3_context)
        patch.setattr(botocore.httpsession, "create_urllib3_context", tls_context)
        yield


def _methods_once() -> Callable[[ClientCreator, ServiceModel], dict[str, Any]]:
    """Return what makes the methods of a client: new ones only for a model of other operations."""
    create = ClientCreator._create_methods
    methods: dict[tuple[str, ...], dict[str, Any]] = {}

    def create_methods(creator: ClientCreator, model: ServiceModel) -> dict[str, Any]:
        key = (model.service_name, *model.operation_names)
        if key not in methods:
            methods[key] = create(creator, model)
        return methods[key].copy()

    return create_methods


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The developer's own AWS profile is never read."""
    _become(monkeypatch, scrubbed(dict(os.environ), tmp_path))


@pytest.fixture(scope="session")
def _running_local_aws() -> Iterator[LocalAws]:
    with LocalAws() as running:
        yield running


@pytest.fixture
def local_aws(
    _running_local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch, _no_credentials: None
) -> LocalAws:
    """One process per worker, emptied for each test."""
    _running_local_aws.reset()
    _become(monkeypatch, _running_local_aws.environment)
    return _running_local_aws


def _become(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    for name in set(os.environ) - set(environment):
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
