"""The commands without a screen, and the plain line mode."""
