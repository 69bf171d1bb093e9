"""From a message on the gateway to the edited answer: the real clients over the playground."""
