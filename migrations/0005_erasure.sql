-- Erasing a person on request, and finding people by what another system calls them.

-- Who was erased. Their key is gone and must not come back with a sync, and no new one is made for them.
CREATE TABLE customer_erased (
    customer BLOB PRIMARY KEY NOT NULL CHECK (length(customer) = 16)
) STRICT, WITHOUT ROWID;

-- What the key of a person seals, so that all of it is folded again once the key is gone.
CREATE INDEX record_sealed ON record (sealed_for) WHERE sealed_for IS NOT NULL;

ALTER TABLE customer ADD COLUMN external TEXT NOT NULL DEFAULT '';
CREATE INDEX customer_external ON customer (external) WHERE external <> '';
