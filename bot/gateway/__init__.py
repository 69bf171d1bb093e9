"""Being connected to Discord: finding the gateway, opening sessions, and getting back what was lost."""
