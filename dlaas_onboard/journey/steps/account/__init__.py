"""The step Account: who we are, where, and how Amazon SES treats us today."""
