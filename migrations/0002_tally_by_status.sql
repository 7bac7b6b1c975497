-- The table of members shows how many rows match its filters. Counting them takes as long as the rest of the page at a
-- hundred thousand, so the tally of plans is kept by status too, and the count is a sum of a few rows.

DROP TRIGGER tally_insert;
DROP TRIGGER tally_delete;
DROP TRIGGER tally_update;
DROP TABLE plan_tally;

-- Counted by the triggers below.
CREATE TABLE plan_tally (
    plan        BLOB NOT NULL,
    version     INTEGER NOT NULL,
    -- As in `enrollment`.
    status      INTEGER NOT NULL,
    enrollments INTEGER NOT NULL CHECK (enrollments >= 0),
    members     INTEGER NOT NULL CHECK (members BETWEEN 0 AND enrollments),
    net_revenue INTEGER NOT NULL,
    PRIMARY KEY (plan, version, status)
) STRICT, WITHOUT ROWID;

INSERT INTO plan_tally (plan, version, status, enrollments, members, net_revenue)
SELECT plan, version, status, count(*), sum(counted), sum(net_revenue) FROM enrollment GROUP BY plan, version, status;

CREATE TRIGGER tally_insert AFTER INSERT ON enrollment BEGIN
    INSERT INTO plan_tally VALUES (new.plan, new.version, new.status, 1, new.counted, new.net_revenue)
    ON CONFLICT DO UPDATE SET enrollments = enrollments + 1, members = members + excluded.members,
        net_revenue = net_revenue + excluded.net_revenue;
END;
CREATE TRIGGER tally_delete AFTER DELETE ON enrollment BEGIN
    UPDATE plan_tally SET enrollments = enrollments - 1, members = members - old.counted,
        net_revenue = net_revenue - old.net_revenue
    WHERE plan = old.plan AND version = old.version AND status = old.status;
    DELETE FROM plan_tally
    WHERE plan = old.plan AND version = old.version AND status = old.status AND enrollments = 0;
END;
CREATE TRIGGER tally_update AFTER UPDATE OF plan, version, status, counted, net_revenue ON enrollment
WHEN (old.plan, old.version, old.status, old.counted, old.net_revenue)
    IS NOT (new.plan, new.version, new.status, new.counted, new.net_revenue)
BEGIN
    UPDATE plan_tally SET enrollments = enrollments - 1, members = members - old.counted,
        net_revenue = net_revenue - old.net_revenue
    WHERE plan = old.plan AND version = old.version AND status = old.status;
    INSERT INTO plan_tally VALUES (new.plan, new.version, new.status, 1, new.counted, new.net_revenue)
    ON CONFLICT DO UPDATE SET enrollments = enrollments + 1, members = members + excluded.members,
        net_revenue = net_revenue + excluded.net_revenue;
    DELETE FROM plan_tally
    WHERE plan = old.plan AND version = old.version AND status = old.status AND enrollments = 0;
END;
