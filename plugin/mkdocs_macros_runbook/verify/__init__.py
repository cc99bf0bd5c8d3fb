"""The blocks of the built site: what they are, their verifiers, the results."""
