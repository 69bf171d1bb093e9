"""What the model is asked: requests put together, pictures, bills, further tries; nothing is shown here."""
