"""The list of a guide's steps: its numbered headings, where a page has a paragraph `[STEPS]`.

With the client script, readers tick the steps that are done, choose a route for the whole page, and
take all its commands at once. Without it they see the list alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from xml.etree.ElementTree import Element, SubElement

from markdown.treeprocessors import Treeprocessor

from ...values.declaration import TEXTS
from ..current_page import CurrentPage

_PLACE = "[STEPS]"
_STEP = re.compile(r"\d+[.)]\s")
_PERMALINK = "headerlink"
_HIDDEN = {"hidden": "hidden"}
#: search finds the headings themselves
_UNSEARCHED = {"data-search-exclude": ""}
_BUTTONS = {"live-copy": "copy_all", "live-save": "download"}


class Steps(Treeprocessor):
    """Puts the list in place of the paragraph, once headings have their IDs."""

    def run(self, root: Element) -> None:
        """Change the page's tree `root`, in which a step is a heading of level 2 with a number."""
        for place in root.iter("p"):
            if (place.text or "").strip() == _PLACE and not len(place):
                place.tag, place.text = "nav", ""
                site = CurrentPage.site_guide
                texts = site.values.declaration.texts if site else TEXTS
                place.attrib = {"class": "live-steps", "aria-label": texts["steps"], **_UNSEARCHED}
                steps = [heading for heading in root.iter("h2") if _is_step(heading)]
                _fill(place, steps, _routes(root), texts)


def _is_step(heading: Element) -> bool:
    return bool(_STEP.match("".join(heading.itertext())) and heading.get("id"))


def _routes(root: Element) -> list[str]:
    """Return the labels that more than one group of tabs has."""
    labels = (one for one in root.iter("div") if one.get("class") == "tabbed-labels")
    counts = Counter("".join(label.itertext()).strip() for group in labels for label in group)
    return [label for label, count in counts.items() if count > 1]


def _fill(
    place: Element, steps: list[Element], routes: list[str], texts: Mapping[str, str]
) -> None:
    if routes:
        choice = SubElement(place, "fieldset", {"class": "live-route", **_HIDDEN})
        SubElement(choice, "legend").text = texts["route"]
        for route in routes:
            label = SubElement(choice, "label")
            radio = {"type": "radio", "name": "live-route", "value": route}
            SubElement(label, "input", radio).tail = route
    items = SubElement(place, "ol")
    for heading in steps:
        item = SubElement(items, "li")
        link = _link(heading)
        tick = {"type": "checkbox", "title": texts["done"], "aria-labelledby": link.get("id", "")}
        SubElement(item, "input", {**tick, **_HIDDEN})
        item.append(link)
    if routes:
        actions = SubElement(place, "p", {"class": "live__actions", **_HIDDEN})
        for name, key in _BUTTONS.items():
            button = {"type": "button", "class": f"md-button {name}"}
            SubElement(actions, "button", button).text = texts[key]


def _link(heading: Element) -> Element:
    link = Element("a", href=f"#{heading.get('id')}", id=f"step-{heading.get('id')}")
    link.text = heading.text
    for child in heading:
        if _PERMALINK not in child.get("class", ""):
            link.append(deepcopy(child))
    return link
