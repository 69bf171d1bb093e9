"""What ports share: turns with parts and pictures, what of them is in sight, and records; no port is here."""
