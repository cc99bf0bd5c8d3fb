"""The blocks of the built site: the site, its pages, plans, walkthroughs."""
