"""What is known at one moment: the facts, the operator's answers, and the writes that were decided on."""
