"""For a warm server that has imported botocore, or the aws command's copy of it: what each reads of
its own data for a client of Cognito or CloudFormation is read before, and what it calls its events.
"""

import functools
import sys
from typing import Any


def _read_once(botocore: str) -> None:
    loader = sys.modules[f"{botocore}.loaders"].JSONFileLoader
    read = loader.load_file
    once = functools.cache(lambda path: read(loader(), path))

    def load_file(self: Any, file_path: str) -> Any:
        return once(file_path)

    loader.load_file = load_file
    aliaser = sys.modules[f"{botocore}.hooks"].EventAliaser
    alias_of = functools.cache(aliaser(None)._alias_event_name)
    aliaser._alias_event_name = lambda _, name: alias_of(name)
    session = sys.modules[f"{botocore}.session"].Session()
    for service in ("cognito-idp", "cloudformation"):
        keys = {"aws_access_key_id": "-", "aws_secret_access_key": "-"}  # no call is made
        session.create_client(service, "us-east-2", **keys)


for _name in ("botocore", "awscli.botocore"):
    if f"{_name}.loaders" in sys.modules:
        _read_once(_name)
