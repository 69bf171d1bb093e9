"""The use cases over hand-written fakes and the real store."""
