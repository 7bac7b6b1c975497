-- Tickets that are being rung up at this desk, kept so that a window that goes away loses none of them.
--
-- They are no facts yet: no record tells of them and no other desk hears of them. A ticket leaves when it is settled,
-- held or discarded, and when the person it is for is erased.

CREATE TABLE open_ticket (
    ticket    BLOB PRIMARY KEY CHECK (length(ticket) = 16),
    customer  BLOB CHECK (customer IS NULL OR length(customer) = 16),
    -- From left to right on the screen.
    place     INTEGER NOT NULL,
    -- As the screen keeps it.
    draft     TEXT NOT NULL CHECK (json_valid(draft))
) STRICT;
