"""Languages: which is spoken, sentences and figures in it, a catalogue for each. No sentence of a theme."""
