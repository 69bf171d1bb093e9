"""The schedule of edits on paper: what it reaches, and the search for its constants. No network, no clock."""
