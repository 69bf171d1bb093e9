"""How processes share what there is once for all of them. No database, no clock, no gateway."""
