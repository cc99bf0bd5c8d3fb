"""The site generators: mkdocs-macros' `env`, Jinja and Python-Markdown meet the plugin here."""
