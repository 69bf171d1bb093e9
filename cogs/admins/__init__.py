"""What those who manage a place use: settings, histories, limits, access. No right is decided here."""
