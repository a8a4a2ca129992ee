-- +goose Up

-- The orders of the customer list. A keyset over a column that may be NULL needs
-- the value that NULL stands for inside the index, so these replace the indexes
-- that sorted NULL last; the id breaks ties in each.
DROP INDEX customer_manager_contact_idx;
DROP INDEX customer_branch_contact_idx;
DROP INDEX customer_contact_idx;
CREATE INDEX customer_manager_contact_idx ON customer (manager_id, (COALESCE(last_contact_at, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX customer_branch_contact_idx ON customer (branch_id, (COALESCE(last_contact_at, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX customer_contact_idx ON customer ((COALESCE(last_contact_at, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX customer_grade_idx ON customer ((COALESCE(grade, 0::smallint)) DESC, id DESC);
CREATE INDEX customer_opened_idx ON customer ((COALESCE(opened_on, '-infinity'::date)) DESC, id DESC);

-- Search by the beginning of the reading, in any collation.
CREATE INDEX customer_pinyin_prefix_idx ON customer (pinyin text_pattern_ops);

-- How many customers there are of each branch, manager and grade (0 for none),
-- so that the number found in a wide scope is exact and costs the same at a
-- million customers as at a thousand. Kept by the statement that changes
-- customers; rows are locked in the order of their key.
CREATE TABLE customer_count (
    branch_id  bigint   NOT NULL,
    manager_id bigint   NOT NULL,
    grade      smallint NOT NULL,
    n          bigint   NOT NULL,
    CONSTRAINT customer_count_pk PRIMARY KEY (branch_id, manager_id, grade)
);
CREATE INDEX customer_count_manager_idx ON customer_count (manager_id, grade);

INSERT INTO customer_count (branch_id, manager_id, grade, n)
SELECT
    c.branch_id,
    COALESCE(c.manager_id, 0),
    COALESCE(c.grade, 0),
    count(*)
FROM customer AS c
GROUP BY
    c.branch_id,
    c.manager_id,
    c.grade;

-- +goose StatementBegin
CREATE FUNCTION count_customers() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO customer_count AS k (branch_id, manager_id, grade, n)
        SELECT
            a.branch_id,
            COALESCE(a.manager_id, 0),
            COALESCE(a.grade, 0),
            count(*)
        FROM after_rows AS a
        GROUP BY 1, 2, 3
        ORDER BY 1, 2, 3
        ON CONFLICT (branch_id, manager_id, grade) DO UPDATE SET n = k.n + EXCLUDED.n;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO customer_count AS k (branch_id, manager_id, grade, n)
        SELECT
            b.branch_id,
            COALESCE(b.manager_id, 0),
            COALESCE(b.grade, 0),
            -count(*)
        FROM before_rows AS b
        GROUP BY 1, 2, 3
        ORDER BY 1, 2, 3
        ON CONFLICT (branch_id, manager_id, grade) DO UPDATE SET n = k.n + EXCLUDED.n;
    ELSE
        INSERT INTO customer_count AS k (branch_id, manager_id, grade, n)
        SELECT
            d.branch_id,
            COALESCE(d.manager_id, 0),
            COALESCE(d.grade, 0),
            sum(d.step)
        FROM (
            SELECT a.branch_id, a.manager_id, a.grade, 1 AS step FROM after_rows AS a
            UNION ALL
            SELECT b.branch_id, b.manager_id, b.grade, -1 AS step FROM before_rows AS b
        ) AS d
        GROUP BY 1, 2, 3
        HAVING sum(d.step) <> 0
        ORDER BY 1, 2, 3
        ON CONFLICT (branch_id, manager_id, grade) DO UPDATE SET n = k.n + EXCLUDED.n;
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER customer_counted_in
    AFTER INSERT ON customer
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_customers();
CREATE TRIGGER customer_counted_over
    AFTER UPDATE ON customer
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_customers();
CREATE TRIGGER customer_counted_out
    AFTER DELETE ON customer
    REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_customers();

GRANT SELECT ON customer_count TO liuhen_app;
