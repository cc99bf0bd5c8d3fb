"""What a page that is built to be verified says of itself, in HTML that its readers do not see."""

from __future__ import annotations

import os
from pathlib import Path

#: set while a site is built to be verified, to its configuration
VERIFYING = "RUNBOOK_VERIFYING"
#: set if its pages are to be whole, with what the theme puts around their content
WHOLE = "RUNBOOK_WHOLE"
#: an attribute of an element in the first line of a code block: what its fence says, as JSON
FENCE = "data-runbook-fence"
#: an attribute of an element around what a custom fence draws
DRAWING = "data-runbook-drawn"
#: an attribute of the element that ends a page's own content: the path of its source
PAGE = "data-runbook-page"
#: begins a page's own content
BEGINS = "<div hidden data-runbook-begins></div>"


def is_verifying() -> bool:
    """Return whether the pages that are built are to be verified."""
    return bool(os.environ.get(VERIFYING))


def is_bare() -> bool:
    """Return whether the build leaves out what the verification does not read."""
    return is_verifying() and not os.environ.get(WHOLE)


def is_site_to_verify(config_file: Path) -> bool:
    """Return whether it is the site of `config_file` that is built to be verified.

    A plugin may build other sites with it, each a guide of its own.
    """
    return config_file.resolve() == Path(os.environ[VERIFYING]).resolve()
