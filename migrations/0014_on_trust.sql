-- What benefits took off tickets while the charge they count on may still be paid, in minor units.
ALTER TABLE enrollment ADD COLUMN on_trust INTEGER NOT NULL DEFAULT 0 CHECK (on_trust >= 0);
CREATE INDEX enrollment_on_trust ON enrollment (on_trust) WHERE on_trust > 0;
