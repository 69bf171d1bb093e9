"""What a running bot tells those who host it: its health, over HTTP too, and its figures.

Nothing that members see, and nothing that an answer waits for.
"""
