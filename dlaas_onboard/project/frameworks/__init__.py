"""One file for each family of libraries: which of its calls send, and where each keeps the parts of a message."""
