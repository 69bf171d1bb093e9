-- Which message a thread's title is made of, and a hash of that title: if the message goes, so does the title,
-- unless somebody gave the thread another one meanwhile.
ALTER TABLE openings ADD COLUMN about INTEGER;
ALTER TABLE openings ADD COLUMN title_mark INTEGER;
CREATE INDEX openings_by_question ON openings (about) WHERE about IS NOT NULL;
