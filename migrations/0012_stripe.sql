-- What is owed to Stripe stands in the same line as the mail, and says three things more: under which account it is
-- owed, under what it is known while it is open or done, and what it made there.

ALTER TABLE effect ADD COLUMN account TEXT;
ALTER TABLE effect ADD COLUMN subject TEXT;
ALTER TABLE effect ADD COLUMN made TEXT;
-- Minor units that come in by it.
ALTER TABLE effect ADD COLUMN brings INTEGER NOT NULL DEFAULT 0;
CREATE INDEX effect_subject ON effect (subject) WHERE subject IS NOT NULL;

-- What has to be done before. What is no longer there was done long ago.
CREATE TABLE effect_need (
    effect BLOB NOT NULL CHECK (length(effect) = 16),
    need   BLOB NOT NULL CHECK (length(need) = 16),
    PRIMARY KEY (effect, need)
) STRICT, WITHOUT ROWID;
CREATE INDEX effect_need_back ON effect_need (need);

-- Whose a thing at Stripe is: made again from the states that name it.
CREATE TABLE stripe_object (
    id     TEXT NOT NULL,
    entity BLOB NOT NULL,
    PRIMARY KEY (id, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX stripe_object_of ON stripe_object (entity);

-- Which record a payment at Stripe paid for: what is given back or disputed there names only the payment.
CREATE TABLE stripe_payment (
    id     TEXT PRIMARY KEY,
    record BLOB NOT NULL CHECK (length(record) = 16)
) STRICT, WITHOUT ROWID;
