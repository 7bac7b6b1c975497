-- What is owed to the outside: written with the record that owes it, and derived from it once, never by folding again.
-- So this is no projection: the doctor does not rebuild it.
--
-- `what` names things by our own ids. What goes out is worked out from it and frozen in `body` in the commit before the
-- first attempt; from then on the same bytes are sent until there is an answer.

CREATE TABLE effect (
    -- The order in which things came to be owed; what is owed for one customer goes out in it.
    n             INTEGER PRIMARY KEY,
    -- Follows from the record and the effect's place among its effects.
    id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    record        BLOB NOT NULL CHECK (length(record) = 16),
    -- How it goes out: `mail`.
    kind          TEXT NOT NULL,
    customer      BLOB CHECK (length(customer) = 16),
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'in_flight', 'done', 'refused', 'superseded')),
    what          TEXT NOT NULL,
    -- In words, for the list.
    title         TEXT NOT NULL,
    -- Given for this once instead of the customer's own; after it was sent, where it went.
    address       TEXT,
    body          TEXT,
    owed_millis   INTEGER NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    -- How often nobody knows whether it arrived.
    unsure        INTEGER NOT NULL DEFAULT 0 CHECK (unsure >= 0),
    first_millis  INTEGER,
    next_millis   INTEGER NOT NULL,
    answer        TEXT,
    answer_millis INTEGER,
    CHECK (state <> 'in_flight' OR body IS NOT NULL)
) STRICT;
CREATE INDEX effect_state ON effect (state, n);
CREATE INDEX effect_next ON effect (next_millis, n) WHERE state = 'waiting';
CREATE INDEX effect_open ON effect (customer, n) WHERE state IN ('waiting', 'in_flight') AND customer IS NOT NULL;
CREATE INDEX effect_customer ON effect (customer) WHERE customer IS NOT NULL;
CREATE INDEX effect_over ON effect (answer_millis) WHERE state IN ('done', 'superseded');
