"""Tests of the room that reads any repository."""
