"""Reads a DLaaS checkout: configuration, message table, infrastructure gaps, and the Terraform that closes them."""
