"""The step Bounces: whether somebody hears of each bounce and complaint."""
