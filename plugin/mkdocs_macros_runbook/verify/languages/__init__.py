"""The verifiers that come with the plugin, a module for each family of languages."""
