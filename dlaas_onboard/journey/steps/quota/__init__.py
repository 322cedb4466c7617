"""The step Quota: the worksheet, and what Service Quotas was asked for."""
