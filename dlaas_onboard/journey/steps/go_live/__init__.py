"""The step Go live: the first message, the alarms, and what was only for testing."""
