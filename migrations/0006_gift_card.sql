-- Gift cards are listed, searched by the beginning or end of their code, and summed for what the practice owes on them.
--
-- The sums of the list are kept by triggers, so that a page of it never adds up every card there ever was.

CREATE TABLE gift_card (
    id         INTEGER PRIMARY KEY,
    card       BLOB NOT NULL UNIQUE CHECK (length(card) = 16),
    -- Capital letters and digits.
    code       TEXT NOT NULL,
    -- The same from its end: people read out the last four.
    edoc       TEXT NOT NULL,
    issued     INTEGER NOT NULL,
    -- Below zero where two desks spent the same money.
    balance    INTEGER NOT NULL,
    blocked    INTEGER NOT NULL CHECK (blocked IN (0, 1)),
    -- Absent where it was spent at one desk before the record of its sale came from another.
    issued_on  TEXT,
    last_used  TEXT
) STRICT;
CREATE INDEX gift_card_code ON gift_card (code);
CREATE INDEX gift_card_edoc ON gift_card (edoc);
CREATE INDEX gift_card_issued ON gift_card (coalesce(issued_on, '') DESC, code);

-- One row.
CREATE TABLE gift_card_tally (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    cards     INTEGER NOT NULL CHECK (cards >= 0),
    open      INTEGER NOT NULL CHECK (open BETWEEN 0 AND cards),
    -- What is left on all of them; a card below zero owes nothing to anybody.
    liability INTEGER NOT NULL CHECK (liability >= 0)
) STRICT;
INSERT INTO gift_card_tally VALUES (1, 0, 0, 0);

CREATE TRIGGER gift_card_insert AFTER INSERT ON gift_card BEGIN
    UPDATE gift_card_tally SET cards = cards + 1, open = open + (new.balance > 0), liability = liability + max(new.balance, 0);
END;
CREATE TRIGGER gift_card_delete AFTER DELETE ON gift_card BEGIN
    UPDATE gift_card_tally SET open = open - (old.balance > 0), liability = liability - max(old.balance, 0);
    UPDATE gift_card_tally SET cards = cards - 1;
END;
CREATE TRIGGER gift_card_update AFTER UPDATE OF balance ON gift_card WHEN old.balance <> new.balance BEGIN
    UPDATE gift_card_tally SET open = open - (old.balance > 0) + (new.balance > 0),
        liability = liability - max(old.balance, 0) + max(new.balance, 0);
END;
