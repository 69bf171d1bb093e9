"""What Discord sends, read into values of our own. Nothing that is shown lives here."""
