-- What people signed when they agreed to a membership: a signature drawn on the screen, or a picture of signed paper.
--
-- Like the pictures of plans it is named by its hash in a record and kept beside the journal. Unlike them it is
-- somebody's: it goes when they are erased, and it is never shared between two people.

CREATE TABLE signed (
    customer    BLOB NOT NULL CHECK (length(customer) = 16),
    -- BLAKE3 of the bytes.
    hash        BLOB NOT NULL CHECK (length(hash) = 32),
    media_type  TEXT NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png')),
    width       INTEGER NOT NULL CHECK (width > 0),
    height      INTEGER NOT NULL CHECK (height > 0),
    bytes       BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 524288),
    kept_millis INTEGER NOT NULL,
    -- A record names it. What was signed and never agreed to is dropped after a while.
    named       INTEGER NOT NULL CHECK (named IN (0, 1)),
    PRIMARY KEY (customer, hash)
) STRICT;
CREATE INDEX signed_hash ON signed (hash);
CREATE INDEX signed_unnamed ON signed (kept_millis) WHERE named = 0;
