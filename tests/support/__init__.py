"""What several tests share: hand-written fakes, strategies and the room that drives the real bot."""
