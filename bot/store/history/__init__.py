"""What ports share: turns as rows, with parts, pictures and what of them is in sight; no port is here."""
