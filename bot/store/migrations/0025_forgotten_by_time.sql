-- Whose data was deleted just now: other processes stop what they are answering them.
CREATE INDEX forgotten_by_time ON forgotten (at);
