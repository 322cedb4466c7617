"""The step Request: the form, the messages behind the mail type, and the website."""
