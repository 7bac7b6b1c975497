-- A telephone number is found however it is typed: with its country or without, with a leading zero or without, by its
-- last digits. So a customer's words hold its digits and every ending of them that has at least four.

INSERT INTO customer_words (customer_words) VALUES ('delete-all');

WITH RECURSIVE
    read (id, rest, digits) AS (
        SELECT id, phone, '' FROM customer
        WHERE root = customer AND customer NOT IN (SELECT customer FROM customer_erased)
        UNION ALL
        SELECT id, substr(rest, 2),
            CASE WHEN substr(rest, 1, 1) BETWEEN '0' AND '9' THEN digits || substr(rest, 1, 1) ELSE digits END
        FROM read WHERE rest <> ''
    ),
    ending (id, digits) AS (
        SELECT id, digits FROM read WHERE rest = ''
        UNION ALL
        SELECT id, substr(digits, 2) FROM ending WHERE length(digits) > 4
    )
INSERT INTO customer_words (rowid, words)
SELECT customer.id,
    name || ' ' || email || ' ' || phone || ' ' || group_concat(ending.digits, ' ') || ' ' || card || ' ' || external
FROM customer JOIN ending ON ending.id = customer.id GROUP BY customer.id;
