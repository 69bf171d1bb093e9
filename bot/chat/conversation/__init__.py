"""From a message to its answer: taken in, put in line, asked of the model, shown.

No commands, no repairs, no vendor.
"""
