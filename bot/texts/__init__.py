"""Every sentence that a person reads, whole and with named placeholders. No formatting, no decisions."""
