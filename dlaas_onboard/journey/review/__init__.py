"""The review of the request: its stages, its case, what Amazon wrote, and what changed."""
