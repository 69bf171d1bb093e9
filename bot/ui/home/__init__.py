"""What the bot says of its own accord where it comes, and goes; whom it greets is not decided here."""
