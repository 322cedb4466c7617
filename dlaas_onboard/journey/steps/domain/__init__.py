"""The step Domain: the identity, its records, and what receivers make of its policies."""
