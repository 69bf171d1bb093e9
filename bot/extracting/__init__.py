"""The text of documents, and pictures that models take, out of files that strangers sent.

Only `process` runs in the bot's own process: the rest is a program of its own, within limits of time and
memory, so that a file which is made to be too much costs a sentence. No discord, no openai: it starts fast.
"""
