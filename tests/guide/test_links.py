"""Links of the guide: their targets exist, and are what the text around the link speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape

import pytest

from prose import DOCS, LINK, VALUE, all_sections, pages, stems

# Addresses outside of AWS's developer guide, whose pages are those of the sources.
ADDRESSES = {
    "https://aws.amazon.com/cognito/pricing/": "price page",
    "https://docs.astral.sh/uv/": "uv",
    "https://docs.python.org/3/library/venv.html": "virtual environment",
}
GUIDE = "https://docs.aws.amazon.com/cognito/latest/developerguide/"
_HEADING = re.compile(r"(?m)^(#+) (.*?)(?: \{ ?#([\w-]+) ?\})?$")
_ROW = re.compile(r"(?m)^- id: ([\w-]+)$")
_STEP = re.compile(r"step (\d)|(\d)\. .*")


@dataclass(frozen=True)
class Target:
    """A place in the guide: its title, which begins with its step, and its text."""

    title: str
    text: str


def objections(texts: Mapping[str, str]) -> Iterator[str]:
    """Tell which links lead nowhere, or to something else than the text says."""
    targets = targets_of(texts)
    sources = texts["facts.yml"] + texts["troubleshooting.yml"]
    for section in all_sections(texts):
        page = section.place.partition(":")[0].replace(".yml", ".md")
        for sentence in section.sentences:
            for label, target, address in LINK.findall(sentence):
                target = target or address
                for message in of_link(page, label, target, sentence, targets, sources):
                    yield f"{section.place}: {message}"


@cache
def of_the_plugin() -> dict[str, str]:
    """Return the pages about the plugin, to which the guide leads."""
    files = (DOCS / "plugin").glob("*.md")
    return {f"plugin/{file.name}": file.read_text(encoding="utf-8") for file in files}


def targets_of(texts: Mapping[str, str]) -> dict[str, Target]:
    """Return the places in the guide by page and ID."""
    targets: dict[str, Target] = {}
    for name, text in {**texts, **of_the_plugin()}.items():
        page = name.replace(".yml", ".md")
        title = re.search(r"(?m)^# .*|^title: .*", text)
        targets.setdefault(page, Target(f"{page} {title[0] if title else ''}", text))
        if name.endswith(".yml"):
            _, *parts = _ROW.split(text)
            rows = zip(parts[::2], parts[1::2], strict=True)
            targets |= {f"{page}#{row}": Target("", of) for row, of in rows}
            continue
        step = ""
        _, *parts = _HEADING.split(re.sub(r"(?m)^[ \t]+#.*$", "", text))
        for sign, title, own, of in zip(*(parts[part::4] for part in range(4)), strict=True):
            if sign == "##":
                match = re.match(r"(\d)\. ", title)
                step = f"step {match[1]} " if match else ""
            targets[f"{page}#{own or slug(title)}"] = Target(step + title, of)
        for figure, caption in re.findall(r'(?s)<figure[^>]*id="([\w-]+)">(.*?)</figure>', text):
            targets[f"{page}#{figure}"] = Target("figure", caption)
        for paragraph, own in re.findall(r"(?m)((?:^.+\n)+)\{ #([\w-]+)[^}\n]*\}$", text):
            targets[f"{page}#{own}"] = Target("paragraph", paragraph)
    return targets


def slug(title: str) -> str:
    """Return the ID that a heading has by itself."""
    return re.sub(r"[^\w]+", "-", re.sub(r"[^\w\s-]", "", title).lower()).strip("-")


def of_link(
    page: str, label: str, target: str, around: str, targets: Mapping[str, Target], sources: str
) -> Iterator[str]:
    """Tell what is wrong with one link in the paragraph `around`."""
    if VALUE.search(target):  # an address with the reader's values
        file = re.fullmatch(r"\{\{ \w+ \}\}(.*)", target)
        if not file or (file[1] and f"`{file[1]}`" not in sources):
            yield f"there is no fact {target}"
    elif target.startswith(GUIDE):
        name = target.removeprefix(GUIDE).removesuffix(".html")
        if f'"DG: {name}"' not in sources or not stems(around) & stems(name):
            yield f"no source is {name}, or the text is about something else"
    elif target.startswith("http"):
        if ADDRESSES.get(target, "?") not in label:
            yield f"[{label}] does not lead to {target}"
    elif target.startswith("scripts/"):
        if not (DOCS / target).is_file() or label.strip("`") != target.partition("/")[2]:
            yield f"[{label}] is not {target}"
    else:
        place = f"{page}{target}" if target.startswith("#") else target
        if place not in targets:
            yield f"there is no {place}"
        else:
            yield from of_place(label, place, around, targets[place])


def of_place(label: str, place: str, around: str, target: Target) -> Iterator[str]:
    """Tell whether a link to a place within the guide says what is there."""
    label = " ".join(label.split())
    if number := _STEP.fullmatch(label):
        prefix = f"step {number[1]} " if number[1] else f"step {number[2]} {label}"
        if not target.title.startswith(prefix):
            yield f"[{label}] leads to {target.title!r}"
    elif quoted := re.fullmatch(r"[`*]+([^`*]+)[`*]+", label):
        if plain(quoted[1]) not in plain(f"{target.title} {target.text} {place}"):
            yield f"[{label}] leads to {place}, which does not have it"
    elif not (
        stems(around) & stems(f"{target.title} {place.partition('#')[2]}")
        or (stems(label) and stems(label) <= stems(target.text))
    ):
        yield f"[{label}] leads to {place}, which has nothing in common with the text"


def plain(text: str) -> str:
    return " ".join(re.sub(r"[`*\[\]]|\]\([^)]*\)", "", unescape(text)).split()).lower()


def test_links_lead_where_the_text_says() -> None:
    assert [*objections(pages())] == []


TARGETS = {
    "a.md": Target("a.md Create a user pool", ""),
    "b.md": Target("b.md Troubleshooting", ""),
    "a.md#create": Target("step 1 1. Create the user pool", ""),
    "a.md#find": Target("step 4 Find the IDs", "They are in the console."),
    "b.md#wrong-client": Target("", "title: `wrong_client`"),
}


@pytest.mark.parametrize(
    "link",
    [
        "[the user pool](#creat)",
        "[the user pool](b.md)",
        "[the user pool](c.md)",
        "[step 2](#create)",
        "[4. Find the IDs](#find)",
        "[`other_client`](b.md#wrong-client)",
        "[wait](a.md#find) until then",
        "[`no_such.py`](scripts/no_such.py)",
        "[`create_user.py`](scripts/create_user_pool.py)",
        "[AWS](https://example.com/)",
        f"[AWS]({GUIDE}user-pools.html)",
        "<{{ application_url }}no.js>",
    ],
)
def test_a_wrong_link_is_noticed(link: str) -> None:
    assert said_of(link)


@pytest.mark.parametrize(
    "link",
    [
        "[the user pool](#create)",
        "[Create](a.md)",
        "[step 4](#find)",
        "[1. Create the user pool](#create)",
        "[`wrong_client`](b.md#wrong-client)",
        "[open](a.md#create) and create it",
        "[the console](a.md#find)",
        f"[the quotas]({GUIDE}quotas.html)",
        "<{{ application_url }}env.js>",
        "<{{ discovery_url }}>",
    ],
)
def test_a_right_link_is_not(link: str) -> None:
    assert said_of(link) == []


def said_of(text: str) -> list[str]:
    [(label, target, address)] = LINK.findall(text)
    sources = '"DG: quotas" `env.js`'
    return [*of_link("a.md", label, target or address, text, TARGETS, sources)]
