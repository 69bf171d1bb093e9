"""The model side: the real client over a scripted server on loopback."""
