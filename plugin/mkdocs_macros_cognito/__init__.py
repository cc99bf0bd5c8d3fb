"""Amazon Cognito for mkdocs-macros: Regions, partitions, hosts, forms of URLs, symptoms."""

from typing import Any

from .regions_table import table
from .symptoms import symptom_table, symptoms, unseen_symptoms

__all__ = ["define_env"]


def define_env(env: Any) -> None:
    """Give pages the OIDC URLs of other Regions, and the symptoms; called by mkdocs-macros.

    Stands on the macro `value_of`, so `mkdocs_macros_runbook` comes first under `modules`.
    """
    value_of = env.macros.get("value_of")
    if value_of is None:
        raise LookupError(
            "mkdocs.yml: mkdocs_macros_cognito found no macro value_of;"
            " list mkdocs_macros_runbook before it under plugins, macros, modules"
        )

    def oidc_url_for(region: str) -> str:
        """Return the OIDC URL that the guide's values give in another Region."""
        return value_of("oidc_url", region=region)  # type: ignore[no-any-return]

    def oidc_urls() -> str:
        """Return the table of OIDC URLs of all Regions, in Markdown."""
        return table(lambda name, region: str(value_of(name, region=region).live))

    env.macro(oidc_url_for)
    env.macro(oidc_urls)
    env.macro(symptom_table)
    env.macro(symptoms)
    env.macro(unseen_symptoms)
