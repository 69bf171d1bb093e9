"""One streamed answer on the screen: its writer, its layout, its typing. No commands, no rules of pace."""
