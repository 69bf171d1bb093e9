"""The little Discord as it is: places, people, messages, permissions. No HTTP, no model."""
