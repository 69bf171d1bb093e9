"""Discord objects that we show; no rules live here."""
