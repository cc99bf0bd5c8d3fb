"""The Regions that have user pools, and their partitions."""

from __future__ import annotations

import functools


@functools.cache
def regions() -> dict[str, str]:
    """Every Region that has user pools, with its partition."""
    import botocore.session  # which takes long: only where a local AWS is started

    session = botocore.session.Session()
    return {
        region: partition
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("cognito-idp", partition)
    }


def partition_of(region: str) -> str:
    return regions().get(region, "aws")


@functools.cache
def dns_suffix(region: str) -> str:
    """The partition's, as botocore's endpoint data has it."""
    import botocore.loaders

    partitions = botocore.loaders.Loader().load_data("endpoints")["partitions"]
    suffixes: dict[str, str] = {
        partition["partition"]: partition["dnsSuffix"] for partition in partitions
    }
    return suffixes[partition_of(region)]


def with_partition(body: bytes, old: str, new: str) -> bytes:
    """The ARNs of a body, in another partition: as they stand in JSON or XML, and in a form."""
    if old == new:
        return body
    for spelling in ("arn:{}:", "arn%3A{}%3A"):
        body = body.replace(spelling.format(old).encode(), spelling.format(new).encode())
    return body
