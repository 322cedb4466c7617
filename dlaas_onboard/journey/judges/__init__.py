"""One module a step: ``judge(facts, answers)`` returns the step's verdict from what is known, and nothing else."""
