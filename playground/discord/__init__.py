"""Discord's API over the world: REST, the gateway, limits and faults. No page, no model."""
