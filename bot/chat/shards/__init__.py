"""Which shards' places are served here, and what of them must be forgotten once they are not.

Nothing here knows a gateway: who holds which shard is decided elsewhere.
"""
