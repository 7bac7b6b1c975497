-- Pictures that records name by the hash of their bytes.
--
-- The bytes are no part of the journal: a record of a few hundred bytes would otherwise carry half a megabyte through
-- every chain and every sync. Whoever holds a record can ask any other holder for the hash, and check what comes.

CREATE TABLE image (
    -- BLAKE3 of the bytes: the same picture is kept once, however many plans show it.
    hash        BLOB PRIMARY KEY NOT NULL CHECK (length(hash) = 32),
    media_type  TEXT NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png')),
    width       INTEGER NOT NULL CHECK (width > 0),
    height      INTEGER NOT NULL CHECK (height > 0),
    bytes       BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 524288),
    kept_millis INTEGER NOT NULL
) STRICT;
