"""The steps of the journey, one file or folder each: what is known, judged."""
