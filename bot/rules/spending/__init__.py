"""What may be spent on whom: whose turn it is, how often, how much. Pure: no clock, no I/O."""
