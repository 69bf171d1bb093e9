"""Models for speech, at the same server as the model that answers. No text model is asked here."""
