"""For tests and pages alike: no credentials, no host but this machine, and the guide's world."""

from __future__ import annotations

pytest_plugins = ["local_aws.fixtures", "guide_world"]
