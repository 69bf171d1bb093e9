"""Laws of the pure rules."""
