"""What a site lists of our script and style: one line says why there is no form."""

from __future__ import annotations

from typing import Any

import pytest

from mkdocs_macros_runbook.__main__ import main
from mkdocs_macros_runbook.live.assets import form_warning

CSS = ["assets/live.css"]


@pytest.mark.parametrize(
    ("scripts", "styles", "expected"),
    [
        ([], [], "there is no form: add live.js to extra_javascript, and live.css to extra_css"),
        (
            ["livereload.js"],
            ["other.css"],
            "there is no form: add live.js to extra_javascript, and",
        ),
        (["assets/live.js"], CSS, ""),
        ([{"path": "assets/live.js", "defer": True}], CSS, ""),
        (["assets/live.min.js"], CSS, "there is no form: rename live.min.js to live.js under ex"),
        (["runbook-live.js"], [], "there is no form: rename runbook-live.js to live.js"),
        ([], CSS, "there is no form: add live.js to extra_javascript"),
        (["assets/live.js"], [], "the form has no style: add live.css to extra_css"),
        (
            ["js/live.js"],
            ["css/live.css"],
            "each page first shows the publisher's values: keep live.css and live.js in the same"
            " folder",
        ),
        ([{"path": "live.js", "type": "module"}], CSS, "there is no form: remove `type: module`"),
    ],
)
def test_a_form_that_is_missing_is_named(
    scripts: list[Any], styles: list[str], expected: str
) -> None:
    message = form_warning({"extra_javascript": scripts, "extra_css": styles})
    assert message.startswith(expected) and bool(message) == bool(expected)


def test_a_configuration_in_toml_is_named(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zensical.toml").write_text("[project]\n")
    with pytest.raises(SystemExit):
        main(["check"])
    assert "zensical.toml cannot be checked" in capsys.readouterr().err
    (tmp_path / "mkdocs.yaml").write_text("site_name: [\n")
    assert main(["check"]) == 1
    assert "mkdocs.yaml:2: this is not YAML" in capsys.readouterr().err
