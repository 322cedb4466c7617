"""Writes to AWS: actions, preconditions, the calls they make, and what a read-back says of them."""
