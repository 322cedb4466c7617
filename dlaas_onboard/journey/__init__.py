"""What was observed, the steps, and how each is judged: pure, without I/O and without a clock."""
