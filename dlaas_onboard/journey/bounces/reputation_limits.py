"""Shares of bounces and complaints from which Amazon reviews an account, and from which it may pause its sending.

SES Developer Guide, "Reputation metrics messages".
"""

BOUNCE_REVIEW, BOUNCE_PAUSE = 0.05, 0.10
COMPLAINT_REVIEW, COMPLAINT_PAUSE = 0.001, 0.005
