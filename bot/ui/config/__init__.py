"""The view of all that is set in a place, and how it is changed there. No right is decided here."""
