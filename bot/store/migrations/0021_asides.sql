-- Interactions' webhooks, by the messages that they began with, until they end; `alone`: nothing else leads there.
CREATE TABLE hooks (
    message_id INTEGER PRIMARY KEY,
    id INTEGER NOT NULL,
    token TEXT NOT NULL,
    until INTEGER NOT NULL,
    alone INTEGER NOT NULL,
    hidden INTEGER NOT NULL,
    few INTEGER NOT NULL
) STRICT;
