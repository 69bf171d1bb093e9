"""What the model is asked: requests, pictures, bills, further tries, what stands there until its first word.

Nothing is stored of an answer here.
"""
