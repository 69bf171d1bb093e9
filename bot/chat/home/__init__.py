"""What models are told of a place, and which servers are greeted. No model is asked here."""
