"""What a page that is built to be verified says of itself, in HTML that its readers do not see."""

from __future__ import annotations

import os

#: set while a site is built to be verified
VERIFYING = "RUNBOOK_VERIFYING"
#: an attribute of an element in the first line of a code block: what its fence says, as JSON
FENCE = "data-runbook-fence"
#: an attribute of an element around what a custom fence draws
DRAWN = "data-runbook-drawn"
#: an attribute of the element that ends a page's own content: the path of its source
PAGE = "data-runbook-page"
#: begins a page's own content
BEGINS = "<div hidden data-runbook-begins></div>"


def is_verifying() -> bool:
    """Return whether the pages that are built are to be verified."""
    return bool(os.environ.get(VERIFYING))
