"""What commands and buttons do with threads: open them, start afresh in them; nothing speaks to Discord."""
