"""The local store: what was entered and every intent and outcome, in one SQLite database."""
