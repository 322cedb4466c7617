"""The step Decision: the review, what Amazon wrote, and what to do about it."""
