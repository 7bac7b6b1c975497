-- Organizations are customers that hold memberships for their people; they have a list of their own.

ALTER TABLE customer ADD COLUMN organization INTEGER NOT NULL DEFAULT 0 CHECK (organization IN (0, 1));
CREATE INDEX customer_organization ON customer (sort_key, id) WHERE organization = 1 AND root = customer;
