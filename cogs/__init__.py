"""Discord extensions: parse, call one service, render. No SQL, no prompts, no decisions."""
