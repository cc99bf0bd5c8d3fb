"""The blocks of the built site, their plans, and the output they are compared with."""
