"""The webhooks by which people are answered; no words of theirs."""
