-- The model that a question was put to with /ask, which answers it again, too.
ALTER TABLE turns ADD COLUMN asked_model TEXT;
