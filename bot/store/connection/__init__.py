"""The one connection to the database: file, schema, units of work, refusals; not what the tables mean."""
