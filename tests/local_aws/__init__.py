"""A local AWS that refuses what AWS refuses.

`LocalAws` starts it, `Fault` says how a call can fail, `fixtures` has it for pytest.
"""

from .answer import Refusal
from .fault import Fault
from .local_aws import LocalAws

__all__ = ["Fault", "LocalAws", "Refusal"]
