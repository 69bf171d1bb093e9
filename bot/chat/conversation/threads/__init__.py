"""What answers have to do with threads: a way into one, and its title; no thread is opened here."""
