"""The lists of a page, to compare how two programs nest them."""

from __future__ import annotations

from html.parser import HTMLParser


class Outline(HTMLParser):
    """The lists of a page, with the first word of each item: `ol(li:a ul(li:b))`."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.awaits_word = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("ol", "ul"):
            self.parts.append(f"{tag}(")
        elif tag == "li":
            self.parts.append("li:")
            self.awaits_word = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ol", "ul"):
            self.parts.append(")")

    def handle_data(self, data: str) -> None:
        if self.awaits_word and data.strip():
            self.parts.append(data.split()[0])
            self.awaits_word = False


def outline(html: str) -> str:
    parser = Outline()
    parser.feed(html)
    return " ".join(parser.parts)
