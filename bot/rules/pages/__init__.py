"""An answer's Markdown as Discord messages: parsed once, what Discord can show, cut into pages.

No pace, no Discord.
"""
