"""The readiness report and the status document, from one report input."""
