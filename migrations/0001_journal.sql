-- The journal, what it folds to, and what this desk keeps for itself.
--
-- Only the tables under "journal" and "of this desk alone" hold anything that cannot be made again:
-- all others are projections, which the doctor rebuilds beside the live ones and compares.

-- == journal =========================================================================================

CREATE TABLE record (
    id          BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    at_millis   INTEGER NOT NULL,
    at_count    INTEGER NOT NULL,
    desk        BLOB NOT NULL CHECK (length(desk) = 16),
    seq         INTEGER NOT NULL CHECK (seq > 0),
    -- The desk's corrected wall clock, and the practice's day it was.
    on_millis   INTEGER NOT NULL,
    day         TEXT NOT NULL,
    staff       BLOB,
    approved_by BLOB,
    kind        TEXT NOT NULL,
    fact        BLOB,
    -- Whose key seals the body, for kinds that carry personal words.
    sealed_for  BLOB,
    -- The change as it was hashed: JSON, or sealed bytes.
    body        BLOB NOT NULL,
    prev        BLOB NOT NULL CHECK (length(prev) = 32),
    hash        BLOB NOT NULL CHECK (length(hash) = 32),
    UNIQUE (desk, seq)
) STRICT;
CREATE INDEX record_order ON record (at_millis, at_count, desk, seq);

-- What each record touches, in the one order that every desk folds in.
CREATE TABLE record_about (
    entity    BLOB NOT NULL,
    at_millis INTEGER NOT NULL,
    at_count  INTEGER NOT NULL,
    desk      BLOB NOT NULL,
    seq       INTEGER NOT NULL,
    record    BLOB NOT NULL,
    PRIMARY KEY (entity, at_millis, at_count, desk, seq)
) STRICT, WITHOUT ROWID;

-- The keys that personal bodies are sealed with; kept outside the chain, so that destroying one erases a person.
CREATE TABLE customer_key (
    customer BLOB PRIMARY KEY NOT NULL,
    key      BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;

-- == projections =====================================================================================

-- The fold of each entity's records, and the place of the last one folded.
CREATE TABLE entity (
    -- One byte of kind, then the id.
    id        BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 17),
    at_millis INTEGER NOT NULL,
    at_count  INTEGER NOT NULL,
    desk      BLOB NOT NULL,
    seq       INTEGER NOT NULL,
    state     TEXT NOT NULL
) STRICT;

-- What was established, by the first record in order that did.
CREATE TABLE established (
    fact   BLOB PRIMARY KEY NOT NULL,
    record BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE customer (
    id       INTEGER PRIMARY KEY,
    customer BLOB NOT NULL UNIQUE,
    -- The customer this one is shown under: itself, or the one it was merged into.
    root     BLOB NOT NULL,
    name     TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    email    TEXT NOT NULL,
    phone    TEXT NOT NULL,
    card     TEXT NOT NULL,
    since    TEXT NOT NULL
) STRICT;
CREATE INDEX customer_root ON customer (root);
CREATE INDEX customer_card ON customer (card) WHERE card <> '';

-- A customer's words, found by their beginnings; rowid is customer.id.
CREATE VIRTUAL TABLE customer_words USING fts5 (
    words, content = '', contentless_delete = 1, prefix = '1 2 3', tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE enrollment (
    id             INTEGER PRIMARY KEY,
    enrollment     BLOB NOT NULL UNIQUE,
    customer       BLOB NOT NULL,
    -- The customer's root, and its name for sorting; they follow edits and merges.
    holder         BLOB NOT NULL,
    sort_key       TEXT NOT NULL,
    plan           BLOB NOT NULL,
    version        INTEGER NOT NULL,
    -- As of the day in `keeping`: 1 active, 2 waiting, 3 past due, 4 paused, 5 scheduled, 6 ending, 7 cancelled.
    status         INTEGER NOT NULL,
    -- What a row of the table shows of the status, as JSON.
    status_view    TEXT NOT NULL,
    current        INTEGER NOT NULL CHECK (current IN (0, 1)),
    counted        INTEGER NOT NULL CHECK (counted IN (0, 1)),
    joined         TEXT NOT NULL,
    next_billing   TEXT,
    balance        INTEGER NOT NULL,
    net_revenue    INTEGER NOT NULL,
    -- The next day on which the calendar alone changes this row.
    changes_on     TEXT,
    -- The earliest refresh not yet granted.
    refresh_on     TEXT
) STRICT;
CREATE INDEX enrollment_holder ON enrollment (holder);
CREATE INDEX enrollment_customer ON enrollment (customer);
CREATE INDEX enrollment_name ON enrollment (current, sort_key, id);
CREATE INDEX enrollment_plan ON enrollment (current, plan, sort_key, id);
CREATE INDEX enrollment_status ON enrollment (current, status, sort_key, id);
CREATE INDEX enrollment_joined ON enrollment (current, joined, id);
CREATE INDEX enrollment_billing ON enrollment (current, next_billing, id);
CREATE INDEX enrollment_balance ON enrollment (current, balance, id);
CREATE INDEX enrollment_changes ON enrollment (changes_on) WHERE changes_on IS NOT NULL;
CREATE INDEX enrollment_refresh ON enrollment (refresh_on) WHERE refresh_on IS NOT NULL;

-- Whom an enrollment covers beside its holder.
CREATE TABLE dependent (
    enrollment BLOB NOT NULL,
    customer   BLOB NOT NULL,
    PRIMARY KEY (enrollment, customer)
) STRICT, WITHOUT ROWID;
CREATE INDEX dependent_customer ON dependent (customer);

-- Counted by the triggers below, so that a list of plans never counts a hundred thousand rows.
CREATE TABLE plan_tally (
    plan        BLOB NOT NULL,
    version     INTEGER NOT NULL,
    members     INTEGER NOT NULL,
    ever        INTEGER NOT NULL,
    net_revenue INTEGER NOT NULL,
    PRIMARY KEY (plan, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tally_insert AFTER INSERT ON enrollment BEGIN
    INSERT INTO plan_tally VALUES (new.plan, new.version, new.counted, 1, new.net_revenue)
    ON CONFLICT (plan, version) DO UPDATE SET members = members + excluded.members, ever = ever + 1,
        net_revenue = net_revenue + excluded.net_revenue;
END;
CREATE TRIGGER tally_delete AFTER DELETE ON enrollment BEGIN
    UPDATE plan_tally SET members = members - old.counted, ever = ever - 1, net_revenue = net_revenue - old.net_revenue
    WHERE plan = old.plan AND version = old.version;
END;
CREATE TRIGGER tally_update AFTER UPDATE OF plan, version, counted, net_revenue ON enrollment
WHEN (old.plan, old.version, old.counted, old.net_revenue) IS NOT (new.plan, new.version, new.counted, new.net_revenue)
BEGIN
    UPDATE plan_tally SET members = members - old.counted, ever = ever - 1, net_revenue = net_revenue - old.net_revenue
    WHERE plan = old.plan AND version = old.version;
    INSERT INTO plan_tally VALUES (new.plan, new.version, new.counted, 1, new.net_revenue)
    ON CONFLICT (plan, version) DO UPDATE SET members = members + excluded.members, ever = ever + 1,
        net_revenue = net_revenue + excluded.net_revenue;
END;

-- Every change of a lot, followed from its grant to its use.
CREATE TABLE movement (
    enrollment BLOB NOT NULL,
    -- The place of the record that caused or revealed it, and its own among that record's movements.
    at_millis  INTEGER NOT NULL,
    at_count   INTEGER NOT NULL,
    desk       BLOB NOT NULL,
    seq        INTEGER NOT NULL,
    nth        INTEGER NOT NULL,
    record     BLOB NOT NULL,
    -- The movement itself, as JSON.
    movement   TEXT NOT NULL,
    PRIMARY KEY (enrollment, at_millis, at_count, desk, seq, nth)
) STRICT, WITHOUT ROWID;

CREATE TABLE ticket (
    id        INTEGER PRIMARY KEY,
    ticket    BLOB NOT NULL UNIQUE,
    -- held, settled, voided, partly_refunded, refunded, gone (held once, released and never sold)
    status    TEXT NOT NULL,
    -- The receipt's; absent until it is settled.
    number    TEXT,
    day       TEXT NOT NULL,
    on_millis INTEGER NOT NULL,
    location  BLOB NOT NULL,
    customer  BLOB,
    what      TEXT NOT NULL,
    total     INTEGER NOT NULL,
    due       INTEGER NOT NULL,
    savings   INTEGER NOT NULL,
    refunded  INTEGER NOT NULL
) STRICT;
CREATE INDEX ticket_when ON ticket (on_millis DESC, id DESC) WHERE number IS NOT NULL;
CREATE INDEX ticket_customer ON ticket (customer, on_millis DESC, id DESC) WHERE number IS NOT NULL;
CREATE INDEX ticket_number ON ticket (number) WHERE number IS NOT NULL;
CREATE INDEX ticket_held ON ticket (on_millis) WHERE status = 'held';

-- What each ticket saved through each enrollment, less what was given back.
CREATE TABLE ticket_saving (
    ticket     BLOB NOT NULL,
    enrollment BLOB NOT NULL,
    saved      INTEGER NOT NULL,
    PRIMARY KEY (ticket, enrollment)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_saving_enrollment ON ticket_saving (enrollment, saved);

-- What needs a person: raised by the fold of one entity at one record.
CREATE TABLE task (
    record BLOB NOT NULL,
    entity BLOB NOT NULL,
    day    TEXT NOT NULL,
    raised TEXT NOT NULL,
    PRIMARY KEY (record, entity)
) STRICT, WITHOUT ROWID;

-- Tasks that somebody closed.
CREATE TABLE task_closed (
    record BLOB PRIMARY KEY NOT NULL,
    day    TEXT NOT NULL,
    note   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- == of this desk alone ==============================================================================

-- Single values: the desk's id, the day the projections are as of, the last receipt number.
CREATE TABLE keeping (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

-- The reply to each writing request, so that a repeat gets the same one.
CREATE TABLE answered (
    key     BLOB PRIMARY KEY NOT NULL CHECK (length(key) = 16),
    request BLOB NOT NULL CHECK (length(request) = 32),
    reply   TEXT NOT NULL,
    day     TEXT NOT NULL
) STRICT;

-- Wrong PINs in a row.
CREATE TABLE pin_failure (
    staff        BLOB PRIMARY KEY NOT NULL,
    failures     INTEGER NOT NULL,
    locked_until INTEGER
) STRICT;
