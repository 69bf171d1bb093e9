"""What is done without being asked: repairs after a crash, departures, what was missed, retention.

Nothing that answers.
"""
