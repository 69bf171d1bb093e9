"""What threads are opened for, and what they are called; nothing here opens one."""
