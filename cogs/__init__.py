"""Discord extensions: parse, call one service, render."""
