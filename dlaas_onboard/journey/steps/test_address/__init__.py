"""The step Test address: the operator's own address and those of the testers."""
