"""Parley: a Discord bot to talk with. Here lives only what starts it, and what every room stands on."""

__version__ = "0.1.0"
