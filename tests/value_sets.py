"""The value sets under which the guide is proved, as `mkdocs.yml` declares them."""

from __future__ import annotations

from mkdocs_macros_runbook.verify.site.site import Site
from sites import PROJECT

_SITE = Site(PROJECT / "mkdocs.yml")
_PARAMETERS = _SITE.declaration.parameters

#: by name, the overrides of each set, as environment variables
VALUE_SETS: dict[str, dict[str, str]] = {
    name: {_PARAMETERS[parameter].variable: text for parameter, text in values.items()}
    for name, values in _SITE.declaration.value_sets.items()
}
# The walkthroughs make user pools of the original type; pages show the other one too.
VALUE_SETS["awkward"]["ISSUER_TYPE"] = "UPDATED"
