"""An answer's text as Discord messages: Markdown converted, laid out, cut, mended at the cuts.

No pace, no Discord.
"""
