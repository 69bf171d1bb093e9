-- The model of which a channel was told last that it is gone, so that it is told once.
ALTER TABLE channels ADD COLUMN gone_model TEXT;
