-- What models thought before they answered is no longer kept: it goes from what is stored, whatever the server
-- called it and however deep it stands; what the thinking cost stays in the usage.

UPDATE answers SET extra = (
    SELECT json_group_object(section.key, json(
        CASE
            WHEN section.key <> 'usage' AND section.type = 'object' THEN (
                SELECT json_group_object(part.key, json(
                    CASE part.type
                        WHEN 'object' THEN part.value
                        WHEN 'array' THEN part.value
                        WHEN 'true' THEN 'true'
                        WHEN 'false' THEN 'false'
                        WHEN 'null' THEN 'null'
                        ELSE json_quote(part.value)
                    END
                ))
                FROM json_each(section.value) AS part
                WHERE part.key NOT LIKE '%reasoning%' AND part.key NOT LIKE '%thinking%'
                    AND part.key NOT LIKE '%thought%'
                    AND NOT (part.type IN ('object', 'array') AND (
                        part.value LIKE '%reasoning%":%' OR part.value LIKE '%thinking%":%'
                        OR part.value LIKE '%thought%":%'
                    ))
            )
            WHEN section.type IN ('object', 'array') THEN section.value
            ELSE json_quote(section.value)
        END
    ))
    FROM json_each(answers.extra) AS section
)
WHERE json_valid(extra)
    AND (extra LIKE '%reasoning%' OR extra LIKE '%thinking%' OR extra LIKE '%thought%');
