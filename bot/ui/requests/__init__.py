"""The one budget of requests to Discord that all share. No text, no answers."""
