"""The records that a domain needs, how each compares with DNS, and how to publish what is missing."""
