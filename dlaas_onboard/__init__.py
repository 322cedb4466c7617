"""A guided way out of the Amazon SES sandbox."""

__version__ = "0.1.0"
