"""A site with a live value in each place that a page has: what the tests of live values open."""

from __future__ import annotations

from pathlib import Path

import sites
from mkdocs_macros_runbook.__main__ import main
from mkdocs_macros_runbook.values.declaration import TEXTS
from samples import TABS_OF_LANGUAGES, write_site

DECLARATION = """\
extra:
  runbook:
    parameters:
      team:
        label: Team
        help: A letter, then letters, digits, spaces and hyphens.
        default: Blue Harbour
        pattern: "[A-Za-z][0-9A-Za-z -]{0,40}"
      network:
        label: Network
        help: Where the racks are.
        default: office
        options:
          office: { name: Head office, host: racks.office.example }
          lab: { name: Laboratory, host: racks.lab.example }
          island: { name: Far away, host: far.island.test }
      rack:
        label: Rack
        help: The network, a hyphen and a number.
        default: "{network}-1"
        pattern: "{network}-[0-9]{1,3}"
      prefix:
        label: Prefix
        help: Lower-case letters, digits and hyphens, without root.
        default: "{team|slug}-x"
        pattern: "(?!.*root)[a-z0-9-]{1,40}"
      motto:
        label: Motto
        help: Whatever every value may be.
        default: Per aspera
        pattern: ".{1,256}"
        characters: "#&'()*;=?~"
    derived:
      rack_url: "https://{network.host}/{rack}"
      rack_anchor: "other.md#{network}"
      rack_heading: "#rack-{rack}-of-blue-harbour"
"""

CONFIG = """\
site_name: Kitchen sink
site_url: https://example.com/
theme:
  name: {theme}
  font: false
  features: [navigation.instant, navigation.top, content.code.annotate, content.code.copy,
    content.tabs.link]
extra_css: [assets/live.css]
extra_javascript: [assets/live.js]
plugins:
  - search
  - macros:
      modules: [mkdocs_macros_runbook]
      j2_extensions: [mkdocs_macros_runbook.PageSource]
      on_undefined: strict
      on_error_fail: true
markdown_extensions:
  - mkdocs_macros_runbook
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - tables
  - toc: {{ permalink: true }}
  - pymdownx.details
  - pymdownx.highlight: {{ anchor_linenums: true, pygments_lang_class: true }}
  - pymdownx.inlinehilite
  - pymdownx.superfences
  - pymdownx.tabbed: {{ alternate_style: true, slugify: !!python/object/apply:pymdownx.slugs.slugify {{ kwds: {{ case: lower }} }} }}
  - pymdownx.tasklist
"""

PAGE = """\
---
title: The racks of {{ team }}
---

# Racks of {{ team }}

## Rack {{ rack }} of `{{ team }}`

Prose: {{ team }}, **{{ team }}**, *{{ team }}*, `{{ team }}`, `#!python f("{{ team }}")`, =={{ team }}==.
An abbreviation: ABBR. A note.[^1]

*[ABBR]: The abbreviation of {{ team }}

[^1]: Footnote of {{ team }}.

- [ ] Task of {{ team }}
- Links: [inline]({{ rack_url }} "to {{ rack }}"), [reference][ref], <{{ rack_url }}>, [part](https://a.example/{{ rack }}?q=1),
  [anchor]({{ rack_anchor }}), [below]({{ rack_heading }})
- ![alt of {{ team }}](assets/dot.png "title of {{ team }}"){ aria-label="label of {{ team }}" }

[ref]: {{ rack_url }}/ref

| Head {{ team }} | b |
| --- | --- |
| cell {{ team }} | [here](other.md#lab){ data-live-is="network=lab" } |

Term {{ team }}
:   Definition {{ team }}

!!! note "Admonition {{ team }}"

    Inside {{ team }}.

??? tip "Details {{ team }}"

    Folded {{ team }}.

=== "Tab {{ team }}"

    ```bash title="run for {{ team }}"
    run --team "{{ team }}" --rack {{ rack }} {{ rack_url }} # {{ team }}
    ```

=== "Other"

    ```{.python linenums="1" hl_lines="1"}
    rack = "{{ rack }}"
    print(f"{{ team }}: {rack}")
    ```

```json
{"team": "{{ team }}", "url": "{{ rack_url }}"}
```

```yaml
team: {{ team }}
```

```js
const team = '{{ team }}';
```

```bash
say "{{ motto }}"
```

```
plain {{ team }}
```

Computed: {{ team|upper }}, {{ team|replace(" ", "-") }}, {{ "of " ~ team }}. {{ [7] | first }}{% set said %}set {{ team }}{% endset %}
{{ said }} Written to <{{ prefix }}@example.com>.

<figure class="sink" aria-label="figure of {{ team }}" data-free="{{ team }}">
<p>Raw {{ team }} <a href="{{ rack_url }}" title='go to {{ rack }}'>raw link</a> <input value="{{ team }}" disabled></p>
<figcaption>Caption {{ team }}</figcaption>
<!-- comment {{ team }} -->
<svg width="10" height="10"><title>svg {{ team }}</title></svg>
</figure>

<div class="inside" markdown>
Markdown in HTML: **{{ team }}**
</div>

Everything is allowed here: {{ motto }}, **{{ motto }}**, `{{ motto }}`,
[a link](https://a.example/ "{{ motto }}").

In the lab: {{ value_of("rack_url", network="lab") }}
"""
ASKING = """\
# A rack of your own

[STEPS]

## 1. Make the rack

=== "Script"

    ```bash sets="network rack=RackName"
    make-rack
    ```

=== "By hand"

    Take one from the shelf.

Which one is it?
{ data-live-ask="rack" }

## 2. Use the rack

Look at it with `#!bash show-rack`.

=== "Script"

    ```bash
    use-rack "{{ rack }}" # (1)!
    ```

    1. Or write `rm -rf racks` in place of it.

=== "By hand"

    Open it.

Name it:

"""
ASKING += TABS_OF_LANGUAGES
OTHER = """\
# Other

## Office

{{ team }}

<a id='office'></a> <a id='lab'></a>

=== "Here"

    First, here.

=== "There"

    ### Inside

    First, there.

Between.

=== "Here"

    Second, here.

=== "There"

    Second, there.
"""


#: the form in another language, which has each text in angle quotes
TRANSLATED = (
    DECLARATION
    + "    texts:\n"
    + "".join(f"      {key}: '«{key}{' {}' * text.count('{}')}»'\n" for key, text in TEXTS.items())
)


def site(
    generator: str, config: str = CONFIG, page: str = PAGE, declaration: str = DECLARATION
) -> Path:
    """Build the site, once for all workers, and return where its pages are."""
    name = f"kitchen sink {generator} {config} {page} {declaration}"
    folder = sites.once(name, lambda making: build(generator, making, page, config, declaration))
    return folder / "site"


def build(
    generator: str,
    folder: Path,
    page: str = PAGE,
    config: str = CONFIG,
    declaration: str = DECLARATION,
) -> Path:
    """Build the site in `folder` and return where its pages are."""
    pages = {"index.md": page, "other.md": OTHER, "assets/dot.png": ""}
    config_file = write_site(folder, pages, declaration, config)
    assert main(["assets", str(folder / "docs" / "assets")]) == 0
    result = sites.run_generator(generator, config_file)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / "site"
