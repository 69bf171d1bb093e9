"""What the bot says of its own accord where it comes to; whom it greets is not decided here."""
