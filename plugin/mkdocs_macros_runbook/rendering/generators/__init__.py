"""Where the site generators meet the plugin: macros, Jinja, Markdown."""
