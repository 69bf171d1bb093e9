"""What a model's server sends, judged: thoughts apart from words, how an answer ended. Pure; no chunks."""
