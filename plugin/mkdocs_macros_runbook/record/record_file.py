"""The file of the verification record, which a site publishes: in JSON, whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from ..files import write_atomically
from .record import (
    Record,
    RecordedPage,
    RecordedWalkthrough,
    RobotKey,
    RobotRun,
    Run,
    WalkthroughKey,
)

#: its name, in the folder of the pages: site generators publish it at the root of the site
FILE = "verification.json"
#: what a file that cannot be read is renamed to, which no site publishes
ASIDE = f".{FILE}.broken"
SCHEMA = 2
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_NO_RECORD = "it does not have the structure of a verification record"

K = TypeVar("K", WalkthroughKey, RobotKey)
V = TypeVar("V")


def as_json(record: Record) -> dict[str, Any]:
    """Return the record in JSON types."""
    return {
        "schema": SCHEMA,
        "runs": {name: asdict(run) for name, run in sorted(record.runs.items())},
        "pages": {name: asdict(page) for name, page in sorted(record.pages.items())},
        "walkthroughs": [
            {**asdict(key), **asdict(walkthrough)}
            for key, walkthrough in sorted(record.walkthroughs.items())
        ],
        "robot_runs": [
            {**asdict(key), **asdict(run)} for key, run in sorted(record.robot_runs.items())
        ],
    }


def from_json(data: Any) -> Record:
    """Return the record that `data` is in JSON types; raises `ValueError` if it is none."""
    try:
        if data["schema"] != SCHEMA:
            raise ValueError(f"it has the schema {data['schema']!r}, not {SCHEMA}")
        record = Record(
            _value(data["runs"], Mapping[str, Run]),
            _value(data["pages"], Mapping[str, RecordedPage]),
            dict(_row(row, WalkthroughKey, RecordedWalkthrough) for row in data["walkthroughs"]),
            dict(_row(row, RobotKey, RobotRun) for row in data["robot_runs"]),
        )
    except KeyError as error:
        raise ValueError(f"it lacks the key {error}") from None
    except (TypeError, AttributeError):
        raise ValueError(_NO_RECORD) from None
    for recorded in record.runs.values():
        if recorded.when and not _TIME.fullmatch(recorded.when):  # pages show it
            raise ValueError(_NO_RECORD)
        date.fromisoformat(recorded.when[:10] or "2000-01-01")
    return record


_hints_of = cache(get_type_hints)


def _value(data: Any, type_: Any) -> Any:
    """Return what JSON has for a value of the record; raises an error if it has another type."""
    kind, inner = get_origin(type_) or type_, get_args(type_)
    if is_dataclass(kind):
        hints = _hints_of(type_)
        return type_(**{name: _value(one, hints.get(name)) for name, one in data.items()})
    if kind is Mapping:
        return {key: _value(one, inner[1]) for key, one in data.items()}
    if not isinstance(data, {float: int | float, tuple: list | tuple}.get(kind, kind)):
        raise TypeError
    return tuple(_value(one, inner[0]) for one in data) if kind is tuple else data


def _row(row: Mapping[str, Any], key: type[K], value: type[V]) -> tuple[K, V]:
    named, rest = split_row(row, key)
    return _value(asdict(named), key), _value(rest, value)


def split_row(row: Mapping[str, Any], key: type[K]) -> tuple[K, dict[str, Any]]:
    """Return the key that `row` contains, and the rest of it; raises `KeyError` without one."""
    rest = dict(row)
    return key(**{field.name: rest.pop(field.name) for field in fields(key)}), rest


def read(file: Path) -> Record:
    """Return the record in `file`, which is empty without one; raises `ValueError`."""
    try:
        record = from_json(json.loads(file.read_bytes()))
    except FileNotFoundError:
        return Record()
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except OSError as error:
        raise ValueError(str(error)) from None
    names = {run.run for run in record.robot_runs.values()}
    names |= {one.run for walkthrough in record.walkthroughs.values() for one in walkthrough.blocks}
    if missing := names - {*record.runs, ""}:
        raise ValueError(f"it lacks the run {min(missing)!r}")
    return record


def write(file: Path, record: Record) -> None:
    """Write the record, whole or not at all; raises `OSError`."""
    write_atomically(file, json.dumps(as_json(record), ensure_ascii=False, indent=1) + "\n")


def merge_files(into: Path, others: Sequence[Path]) -> None:
    """Add the records in `others` to the one in `into`; raises `ValueError`, naming the file."""
    merged = Record()
    for file in (into, *others):
        if file is not into and not file.is_file():
            raise ValueError(f"{file}: there is no such file")
        try:
            merged = merged.merged(read(file))
        except ValueError as error:
            raise ValueError(f"{file}: not a verification record ({error})") from None
    if any((into.parent / page).is_file() for page in merged.pages):
        merged = merged.pruned(into.parent)
    write(into, merged)
