-- The stretches of each desk's cash drawer, from opening to closing.
--
-- What a drawer took is not kept here: it is what its desk wrote between the two places of its chain, read when a person
-- asks and frozen in the closing record.

CREATE TABLE drawer (
    id             INTEGER PRIMARY KEY,
    drawer         BLOB NOT NULL UNIQUE,
    desk           BLOB NOT NULL,
    opened_seq     INTEGER NOT NULL,
    opened_millis  INTEGER NOT NULL,
    opened_day     TEXT NOT NULL,
    -- Absent while it is open.
    closed_seq     INTEGER CHECK (closed_seq > opened_seq),
    closed_millis  INTEGER,
    closed_day     TEXT,
    CHECK ((closed_seq IS NULL) = (closed_millis IS NULL) AND (closed_seq IS NULL) = (closed_day IS NULL))
) STRICT;
CREATE INDEX drawer_desk ON drawer (desk, opened_seq);
CREATE INDEX drawer_closed ON drawer (closed_millis DESC, id DESC) WHERE closed_millis IS NOT NULL;
