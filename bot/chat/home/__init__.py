"""Tells models, servers and people who is where: situations of places, greetings. No model is asked here."""
