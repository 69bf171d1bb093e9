"""Sentences of single features, a module each; nothing here formats or decides."""
