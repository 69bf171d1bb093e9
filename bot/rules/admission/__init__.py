"""Who is let in at all, before anything else is asked. Nothing here knows what Discord grants anybody."""
