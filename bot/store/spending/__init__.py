"""What is spent, as rows: the ledger. No prices are known here, and no limits are held."""
