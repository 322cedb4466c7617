"""What a person at a terminal waits for, as ratios to the least that is possible: ``python -m benchmarks``."""
