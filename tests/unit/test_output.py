"""Output: compared with what a page shows, and searched for values."""

from __future__ import annotations

import re
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_macros_runbook.problem import Failure
from mkdocs_macros_runbook.values.printed_values import printed_value
from mkdocs_macros_runbook.verify.languages.data.difference import difference
from mkdocs_macros_runbook.verify.languages.data.formats import Number
from mkdocs_macros_runbook.verify.output import (
    matches,
    matches_streams,
    matches_terminal,
    shares_line,
)
from mkdocs_macros_runbook.verify.run.process import cpu_limit


@pytest.mark.parametrize(
    ("expected", "actual", "result"),
    [
        ("a", "a", True),
        ("a\n", "\n\na  \n", True),
        ("a", "a\nb", False),
        ("a\n...", "a\nb\nc", True),
        ("a\n...", "a", True),
        ("...\nc", "a\nb\nc", True),
        ("a\n…\nc", "a\nc", True),
        ("a\n...\na", "a", False),
        ("a\n...\nb\n...\nc", "a\nx\nb\nb\nc", True),
        ("a\n...\nb\n...\nb\n...\nc", "a\nb\nc", False),
        ("...\nb\n...\nb\nc\n...", "b\nc", False),
        ("...", "", True),
        ("", "a", False),
        ("in ... s", "in 0.1 s", True),
        ("in ... s", "in 0.1 m", False),
        ("... of ...", "1 of 2", True),
        ("a...b...c", "abbc", True),
        ("a...a", "a", False),
        ("a ... c", "a b\nc", False),
        ("...\nin ... s\n...", "a\nin 1 s\nb", True),
        ("a # (1)!", "a", True),
        ("a // (1)! (2)!\nb <!-- (3) -->", "a\nb", True),
        ("a # (1)!", "a # (1)!", True),
        ("a # (1)! b", "a", False),
        ("red", "\x1b[1;31mred\x1b[0m\x1b[K", True),
        ("done", "10 %\rdone", True),
        ("done", "100 %\r\x1b[Kdone", True),
        ("done", "\x1b[2K\x1b[1Gdone", True),
        ("done", "100 %\x1b[2K\rdone", True),
        ("done %", "100 %\rdone", False),
        ("abd", "abc\bd", True),
        ("abd", "ab\x1b[32mc\b\x1b[0md", True),
        ("ab", "abcd\b\b\x1b[K", True),
        ("   d", "abcd\b\b\x1b[1K", True),
        ("done", "- Loading\x1b[2K\x1b[1Gdone", True),
        ("20 %", "10 %\x1b[1G20 %", True),
        ("done", "100 %\r\x1b[Jdone", True),
        ("axc", "abc\x1b[2Dx", True),
        ("a  b", "a\x1b[2Cb", True),
        ("a", "a\x1b[99999999999Gb\x1b[2K\ra", True),
        ("two", "o\b\b\btwo", True),
        ("one", "one\r", True),
        ("a", "\x1b]8;;https://a.example\x1b\\a\x1b]8;;\x1b\\", True),
        ("a   b", "a\tb", True),
        ("a       b", "\x1b[1ma\x1b[0m\tb", True),
        ("a     b", "a\tb", False),
    ],
)
def test_what_is_shown(expected: str, actual: str, result: bool) -> None:
    assert matches(expected, actual) is result


def by_expression(expected: str, actual: str) -> bool:
    """The same rule as a regular expression, which is slow."""
    lines = [line.rstrip() for line in expected.strip("\n").split("\n")]
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in lines)
    text = "".join(f"{line.rstrip()}\n" for line in actual.strip("\n").split("\n"))
    return re.fullmatch(pattern, text) is not None


lines = st.lists(st.sampled_from(["a", "b", ""]), max_size=7).map("\n".join)
shown_lines = st.lists(st.sampled_from(["a", "b", "", "...", "..."]), max_size=7).map("\n".join)


@pytest.mark.parametrize(
    ("expected", "output", "errors", "result"),
    [
        ("a", "a\n", "b\n", True),
        ("b", "a\n", "b\n", True),
        ("a\nb", "a\n", "b\n", True),
        ("b\na", "a\n", "b\n", True),
        ("a\nb\nc", "a\nc\n", "b\n", True),
        ("c\nb\na", "a\nc\n", "b\n", False),
        ("a\nx\na\ny", "a\nx\n", "a\ny\n", True),
        ("a\nb\nb", "a\nb\n", "b\nc\n", False),
        ("a", "", "", False),
        ("", "x\n", "", False),
    ],
)
def test_what_is_shown_of_two_streams(
    expected: str, output: str, errors: str, result: bool
) -> None:
    assert matches_streams(expected, output, errors) is result


METER = """\
  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\r\
100 12.5M  100 12.5M    0     0  9813k      0  0:00:01  0:00:01 --:--:-- 9815k
"""


@pytest.mark.parametrize(
    ("expected", "printed", "result"),
    [
        ("done", "done", True),
        ("", "", True),
        ("", "2026-11-28 ERROR disk full", False),
        ("2026-11-28 ERROR disk full", "2026-11-28 ERROR disk full", True),
        ("3 backups", "3 backups", True),
        ("", "3 backups", False),
    ],
)
def test_the_meter_of_curl_alone_is_no_output(expected: str, printed: str, result: bool) -> None:
    assert matches_terminal("curl -O x", expected, f"{METER}{printed}\n") is result


@pytest.mark.parametrize(
    ("expected", "printed", "result"),
    [
        ("a: 2\n  b: 1", ["Wait.\na: 1\n  b: 1"], True),
        ("  b: 1 # (1)!", ["", "\x1b[32m  b: 1\x1b[0m"], True),
        ("b: 1", ["  b: 1"], False),
        ("# a\n; b\n---\n}\n\nc: 1", ["# a\n; b\n---\n}\n\nd: 1"], False),
    ],
)
def test_a_line_in_common(expected: str, printed: list[str], result: bool) -> None:
    assert shares_line(expected, *printed) is result


@pytest.mark.parametrize(
    ("expected", "printed", "result"),
    [
        ({"a": 1, "b": [None]}, {"b": [None], "a": 1.0}, ""),
        ({"id": "...", "at": "2026-..."}, {"id": 7, "at": "2026-01-01"}, ""),
        ({"a": Number(".nan")}, {"a": Number(".nan")}, ""),
        ([Number("1.10")], [Number("1.1")], "[0] is 1.1 in the output, but 1.10 on the page"),
        (1, True, "the value is true in the output, but 1 on the page"),
        (date(2026, 1, 2), None, "the value is null in the output, but 2026-01-02 on the page"),
        ({" ": {"a": "1"}}, {" ": {"a": "2"}}, '.a is "2" in the output, but "1" on the page'),
        (["1"], [1], '[0] is 1 in the output, but "1" on the page'),
        ([1], [1, 2], "the list has 2 items, but the page shows 1"),
        ({"a": {"b": 1}}, {"a": {}}, "the output does not have .a.b"),
        ({"a": {}}, {"a": {"b": 1}}, "the page does not show .a.b"),
        ({"b": 1, "....3": 0}, {"a": 2, "b": 1}, ""),
        ({"b": 1, "....3": 0}, {"a": 2}, "the output does not have .b"),
        ([1, "....2", 3, "....5"], [1, 3, 2, 3], ""),
        (["....1", 3, "....4", 3], [3], "the list does not have the items of the page"),
        (["....1", 2], [1, 2, 3], "the list does not have the items of the page"),
    ],
)
def test_the_first_difference_of_data(expected: object, printed: object, result: str) -> None:
    assert difference(expected, printed) == result


@given(shown_lines, lines)
def test_every_comparison_follows_the_rule(expected: str, actual: str) -> None:
    assert matches(expected, actual) is by_expression(expected, actual)


def test_many_ellipses_and_lines_take_no_time() -> None:
    before = time.process_time()
    assert not matches("a\n" + "...\nb\n" * 6 + "z", "a\n" + "b\n" * 20_000)
    assert not matches("...\n" + "b\n" * 500 + "z\n...", "b\n" * 200_000)
    assert not matches("a... " * 5_000 + "z", "a " * 100_000)
    assert time.process_time() - before < 5  # 0.1; by the expression above it is days


def test_a_comparison_ends_with_the_time_of_its_block() -> None:
    shared: list[object] = []
    for _ in range(40):
        shared = [shared, shared]
    other: list[object] = []
    for _ in range(40):
        other = [other, other]
    with (
        pytest.raises(Failure, match=r"longer than 0\.2 s \(limit: runbook_seconds\)"),
        cpu_limit(0.2),
    ):
        difference(shared, other)


PRINTED: list[tuple[str, str, str | None]] = [
    ("full_name", "full_name: Conan O'Brien\nemail: o'brien@x.ie\n", "Conan O'Brien"),
    ("email", "full_name: Conan O\u2019Brien\nemail: o\u2019brien@x.ie\n", "o'brien@x.ie"),
    ("email", "| email | o'brien@x.ie |", "o'brien@x.ie"),
    ("full_name", "full_name: Pietro dell'Ángelo\n", "Pietro dell'Ángelo"),
    ("full_name", "The 'full_name' is 'Conan'.", None),
    ("id", "id: first\n" + "line\n" * 50_000 + "id: last\n", "last"),
    ("rack", '{"rack": "r7"}', "r7"),
    ("rack", '{"floor": {"rack": "r7"}}', "r7"),
    ("floor.rack", '{"floor": {"rack": "r7"}}', "r7"),
    ("rack", '{"rack": 7, "is_new": true}', "7"),
    ("is_new", '{"is_new": true}', "true"),
    ("rack", '{"rack": null}', None),
    ("rack", "[1]", None),
    ("rack", "rack: r7", "r7"),
    ("rack", "floor: 1\n  rack = r7\n", "r7"),
    ("rack", "rack:r7\r\n", "r7"),
    ("rack", '  "rack": "r7",\n', "r7"),
    ("rack", "rack: 'r 7'", "r 7"),
    ("rack", "rack: r7 of Basel", "r7 of Basel"),
    ("url", "url: https://a.example/?b=c", "https://a.example/?b=c"),
    ("rack", "NAME   VALUE\nfloor  1\nrack   r7\n", "r7"),
    ("rack", "rack of Basel: r7", None),
    ("rack", "rack: \nfloor: 1", None),
    ("rack", "the rack: r7", "r7"),
    ("rack", "the rack: r7\nrack: r8", "r8"),
    ("rack", "rack r7 new", None),
    ("rack", "racks: r7", None),
    ("rack", "rack", None),
    ("rack", 'rack: "r7', None),
    ("a.b", "axb: 1", None),
    ("rack", '{"floors": [{"rack": "r7"}, {"rack": "r7"}]}', "r7"),
    # which of several is meant, nobody can tell
    ("rack", '{"floors": [{"rack": "r7"}, {"rack": "r8"}]}', None),
    ("rack", '[{"rack": "r7"}, {"rack": "r8"}]', None),
    ("rack", '{"rack": null, "racks": [{"rack": "r7"}]}', None),
    ("rack", "racks:\n- rack: r7\n- rack: r8\n", None),
    ("rack", "INFO rack: r7\nINFO rack: r8\n", None),
    # below the title of a column are its values, and beside it another title
    ("rack_id", "rack_id  floor\n-------  -----\nr7       f1\n", None),
    ("rack_id", " rack_id | floor \n---------+-------\n r7      | f1\n(1 row)\n", None),
    ("rack_id", " floor | rack_id \n-------+---------\n f1    | r7\n(1 row)\n", None),
    ("rack_id", "| Rack ID | Floor |\n| --- | :---: |\n| r7 | f1 |\n", None),
    (
        "rack_id",
        "| ListRacks |\n+---------+-------+\n| RackId  | Floor |\n+---------+-------+\n"
        "|  r7     |  f1   |\n+---------+-------+\n",
        None,
    ),
    (
        "rack_id",
        "| ShowRack |\n+---------+------+\n| RackId  |  r7  |\n+---------+------+\n"
        "||   Tags   ||\n|+-----+----+|\n||  a  | b  ||\n",
        "r7",
    ),
    ("rack_id", " rack_id \n---------\n r7\n(1 row)\n", "r7"),
    ("rack_id", "rack_id: r7\n-----------\nfloor: f1\n", "r7"),
    ("rack", '{"a": {"rack": "deep"}, "rack": "r7"}', "r7"),
    ("floor_rack", '{"x": {"Floor": {"Rack": "r7"}}}', "r7"),
    ("rack", 'made the rack\n{"rack": "r7"}\ndone\n', "r7"),
    ("rack_name", "RackName\tr7\n", "r7"),
    ("rack_name", "export RACK_NAME='r7'\n", "r7"),
    ("rack_name", "Rack name: r7", "r7"),
    ("rack", "rack" + " " * 50_000 + ": r7" + " " * 50_000, "r7"),
    ("rack", '{"rack":' * 3000 + "1" + "}" * 3000, "1"),
    # as command lines, consoles, settings, programs, logs and chats show it
    ("rack_id", '{"Rack": {"Name": "a", "Arn": "x", "Id": "r7"}}', "r7"),
    ("rack_id", "Rack:\n  FloorId: f1\n  RackId: r7\n", "r7"),
    (
        "rack_id",
        "-----\n|  ShowRack  |\n+-----+-----+\n|  FloorId |  f1  |\n|  RackId  |  r7  |\n",
        "r7",
    ),
    ("rack_id", "|| RackId|  r7  ||", "r7"),
    ("rack_id", '[{"OutputKey": "RackId",\n  "OutputValue": "r7", "Description": "-"}]', "r7"),
    ("rack_id", "- OutputKey: RackId\n  OutputValue: r7\n", "r7"),
    ("rack_id", "Key          RackId\nDescription  The rack\nValue        r7\n", "r7"),
    ("rack_id", "Outputs:\nMyStack.RackId = r7\n", "r7"),
    ("rack_id", '{"rack_id": {"sensitive": false, "type": "string", "value": "r7"}}', "r7"),
    ("rack_id", "Rack ID\nr7\nFloor ID\nf1\n", "r7"),
    ("rack_id", "Rack ID\tr7\nFloor ID\tf1\n", "r7"),
    ("rack", "   Name       Value    Type  Location\n   rack       r7       env   RACK\n", "r7"),
    ("rack", "# RACK=old\nRACK=r7 # mine\n", "r7"),
    ("rack_id", "VITE_RACK_ID=r7\n", "r7"),
    ("rack_id", '$env:RACK_ID = "r7"\n', "r7"),
    ("rack_id", "$RackId='r7'\n", "r7"),
    ("rack_id", 'set "RACK_ID=r7"\r\n', "r7"),
    ("rack_id", 'declare -x RACK_ID="r7"\n', "r7"),
    ("rack_id", "readonly rack_id=r7;", "r7"),
    ("rack_id", "export const RACK_ID = 'r7';", "r7"),
    ("rack_id", 'const rackId: string = "r7";', "r7"),
    ("rack_id", "  rackId: `r7`,", "r7"),
    ("rack", "2026-11-26T09:31:57.123Z INFO rack: r7", "r7"),
    ("rack", "[09:31:57] rack=r7", "r7"),
    ("rack", "web-1  | rack: r7", "r7"),
    ("rack", "> rack: r7", "r7"),
    ("rack", "rack: `r7`", "r7"),
    ("rack", "```\nfloor: 1\nrack: r7```", "r7"),
    ("rack", "\u2022 Rack: r7", "r7"),
    ("rack", "**Rack:** r7", "r7"),
    ("rack", "| Rack | `r7` |", "r7"),
    ("rack", "\u201crack\u201d: \u201cr7\u201d,", "r7"),
    ("rack", "rack = \u2018r7\u2019", "r7"),
    ("rack_id", "Rack\xa0ID:\xa0r7\xa0", "r7"),
    ("rack", "\ufeffrack: \u200br7\u200b", "r7"),
    ("rack", "rack: r7.", "r7"),
    ("rack", "floor=1;rack=r7;", "r7"),
    ("rack", "rack: <r7>", "r7"),
    ("rack", "Rack (r7)", "r7"),
    ("rack", "rack -> r7", "r7"),
    ("rack", ':rack => "r7",', "r7"),
    ("rack", "\x1b[32mrack\x1b[0m: \x1b[1mr7\x1b[0m", "r7"),
    ("rack_id", "<RackId>r7</RackId>", "r7"),
    ("rack", "move --rack r7 --floor 1", "r7"),
    ("rack", 'move \\\n  --rack "r7" \\\n  --floor 1', "r7"),
    ("floor", '{"rack": "r7"}\n{"floor": 1}\n', "1"),
    ("floor", '{ rack: "r7", floor: "1" }', "1"),
    ("floor", "{'rack': 'r7', 'floor': '1'}", "1"),
    ("floor", '"{\\"rack\\": \\"r7\\", \\"floor\\": \\"1\\"}"', "1"),
    ("rack_id", "set -x RACK_ID r7\n", "r7"),
    ("rack_id", "set -gx RACK_ID 'r7'\n", "r7"),
    ("rack_id", "setenv RACK_ID r7\n", "r7"),
    ("rack_id", 'setx RACK_ID "r7"\r\n', "r7"),
    ("rack_id", "ENV RACK_ID r7\n", "r7"),
    ("rack", "set rack up", None),
    ("rack_id", "RACK_ID := r7\n", "r7"),
    ("rack_id", 'RACK_ID="r7" # mine\n', "r7"),
    ("rack_id", "RACK_ID=r7; export RACK_ID\n", "r7"),
    ("rack_id", "export RACK_ID=r7 && move\n", "r7"),
    ("rack_id", "rack_id: r7 // mine\n", "r7"),
    ("rack_id", "| Name | Value |\n| --- | --- |\n| `rack_id` | `r7` | mine |\n", "r7"),
    ("rack_id", "RackId\tr7\t1\n", "r7"),
    ("rack_id", "Rack ID\n\nr7\n\nFloor ID\n", "r7"),
    ("rack_id", "Rack ID Info\nCopy\nr7\n", "r7"),
    ("rack_id", "Rack ID:\nr7\n", "r7"),
    ("rack", "rack:\n  floor:\n    id: f1\n", None),
    ("rack_id", 'floor_id = "f1"\nrack_id  = "r7"\n', "r7"),
    ("rack_id", "racks:\n  - name: a\n    rack_id: r7\n", "r7"),
    ("rack_id", "rack_id:\n  - r7\n", "r7"),
    ("rack_id", "ParameterKey=RackId,ParameterValue=r7 ParameterKey=F,ParameterValue=f", "r7"),
    ("rack_id", "{'floor': None, 'rack_id': 'r7'}", "r7"),
    ("rack_id", "Rack {\n  rackId: 'r7',\n  floor: null\n}", "r7"),
    ("rack_id", "rack_id \u2192 r7", "r7"),
    ("rack", '$ echo "rack: $rack"\nrack: r7\n', "r7"),
    ("rack", "rack: Basel, east", "Basel, east"),
    ("rack", "no rack found", None),
    ("rack", "myrack: r7", None),
    ("rack", "rack" * 50_000, None),
    ("rack", "rack\n" * 40_000, "rack"),
    ("token", f'{{"token": "{"e" * 1200}", "rack": "r7"}}', "e" * 1200),
    ("rack", f"{'e' * 1200} rack: r7", "r7"),
    ("rack", "rack Desc " * 20_000, None),
    ("rack", "\r" * 100_000, None),
    ("rack", "!\u2028" * 50_000, None),
    ("rack_id", "à rack_id x y", None),
    ("rack_id", "docker run -e RACK_ID=r7 -e FLOOR_ID=f1 racks\n", "r7"),
    ("rack_id", "define('RACK_ID', 'r7');\n", "r7"),
    ("rack_id", "('rack_id', 'floor_id')\n", None),
    ("rack_id", "define('RACK_ID', 7);\n", None),
    ("rack_id", "define('RACK_ID' , getenv('RACK') );\n", None),
    ("url", "url=https://a.example/?b=c&d=e\n", "https://a.example/?b=c&d=e"),
    ("rack", "rack: AT&T -end", "AT&T -end"),
]


@pytest.mark.parametrize(("key", "output", "value"), PRINTED)
def test_a_printed_value(key: str, output: str, value: str | None) -> None:
    assert printed_value(key, output) == value
