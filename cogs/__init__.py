"""Discord extensions, in two wings: parse, call one service, render. No SQL, no prompts, no decisions."""
