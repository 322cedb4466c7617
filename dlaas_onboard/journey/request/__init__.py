"""The request: the draft and its limits, the description and what carries it, the worksheet, the gates, the reply."""
