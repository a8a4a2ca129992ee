-- +goose Up

-- Customers of whom an import has changed something that rules look at, until the
-- evaluation after it. NULL stands for more than a few at once: then everybody is
-- evaluated, and a large import need not write its customers down one by one.
CREATE TABLE tag_touched (
    customer_id bigint
);
GRANT SELECT, DELETE ON tag_touched TO liuhen_app;
ALTER TABLE tag_touched ENABLE ROW LEVEL SECURITY;
CREATE POLICY tag_touched_program ON tag_touched FOR ALL TO liuhen_app
    USING ((SELECT acting_staff()) = -1);

-- tag_touch writes down those of a statement.
-- +goose StatementBegin
CREATE FUNCTION tag_touch(customers bigint[]) RETURNS void
    LANGUAGE sql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
    INSERT INTO tag_touched (customer_id)
    SELECT DISTINCT c.id
    FROM unnest(CASE WHEN cardinality(customers) > 5000 THEN ARRAY[NULL::bigint] ELSE customers END) AS c (id);
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION tag_touch(bigint[]) FROM PUBLIC;

-- What people do is not meant: a note asks for its evaluation by itself.
-- +goose StatementBegin
CREATE FUNCTION tag_touch_rows() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF acting_staff() > 0 THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM tag_touch(ARRAY(SELECT DISTINCT w.customer_id FROM written AS w WHERE w.customer_id IS NOT NULL LIMIT 5001));
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM tag_touch(ARRAY(SELECT DISTINCT f.customer_id FROM former AS f WHERE f.customer_id IS NOT NULL LIMIT 5001));
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION tag_touch_customers() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF acting_staff() > 0 THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM tag_touch(ARRAY(SELECT w.id FROM written AS w LIMIT 5001));
    ELSE
        PERFORM tag_touch(ARRAY(
            SELECT w.id
            FROM written AS w
            JOIN former AS f ON f.id = w.id
            WHERE (w.grade, w.grade_until, w.birth_band, w.asset_band, w.last_contact_at)
                IS DISTINCT FROM (f.grade, f.grade_until, f.birth_band, f.asset_band, f.last_contact_at)
            LIMIT 5001
        ));
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
DECLARE
    name text;
    act  text;
BEGIN
    FOREACH name IN ARRAY ARRAY['customer', 'holding', 'loan', 'card', 'bank_transaction', 'consultation']
    LOOP
        FOREACH act IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE']
        LOOP
            CONTINUE WHEN name = 'customer' AND act = 'DELETE';
            EXECUTE format(
                'CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s %s FOR EACH STATEMENT EXECUTE FUNCTION %I()',
                name || '_touched_' || lower(act),
                act,
                name,
                CASE WHEN act <> 'DELETE' THEN 'NEW TABLE AS written' END,
                CASE WHEN act <> 'INSERT' THEN 'OLD TABLE AS former' END,
                CASE WHEN name = 'customer' THEN 'tag_touch_customers' ELSE 'tag_touch_rows' END
            );
        END LOOP;
    END LOOP;
END
$$;
-- +goose StatementEnd

-- An import that has ended asks for the evaluation of whom it touched, however it
-- ended: whole chunks of one that was cancelled or broke off are there to stay.
-- One that touched nobody (addresses, say) asks for nothing.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION tag_due_after_import() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF EXISTS (SELECT FROM tag_touched) THEN
        INSERT INTO tag_due (cause) VALUES ('import');
        PERFORM pg_notify('liuhen', 'tag:0');
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
-- What is asked for already was asked for everybody.
INSERT INTO tag_touched (customer_id)
SELECT NULL
FROM tag_due AS d
WHERE d.cause = 'import'
LIMIT 1;
COMMENT ON COLUMN tag_due.customer_id IS 'NULL for all, and for an import for those it touched (tag_touched)';
