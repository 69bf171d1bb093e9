"""What is read of each setting of a place, in a module of its field's name; nothing here decides."""
