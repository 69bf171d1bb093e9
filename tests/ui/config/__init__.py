"""Tests of what shows all that is set."""
