"""Looks at the world outside AWS: DNS, and the website as a reviewer opens it."""
