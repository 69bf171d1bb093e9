"""What servers take of Chat Completions, by their own word or by refusing; no answer is asked for here."""
