-- +goose Up

-- What the dashboard counts besides cells: customers by how far they are, and what
-- happened day by day. Both are differences as consent_tally is: written by the
-- statement that makes them true, summed up by a chore, read as sums.

-- granted is how many cells a customer has granted.
ALTER TABLE consent_contact ADD COLUMN granted integer NOT NULL DEFAULT 0;
UPDATE consent_contact AS k
SET granted = s.n
FROM (
    SELECT
        t.customer_id,
        count(*) AS n
    FROM consent_state AS t
    WHERE t.state = 'granted'
    GROUP BY t.customer_id
) AS s
WHERE s.customer_id = k.customer_id;

CREATE TABLE consent_people (
    branch_id bigint  NOT NULL,
    served    boolean NOT NULL,
    opened    boolean NOT NULL,
    answered  boolean NOT NULL,
    agreed    boolean NOT NULL,
    n         bigint  NOT NULL
);
INSERT INTO consent_people (branch_id, served, opened, answered, agreed, n)
SELECT
    k.branch_id,
    k.served_at IS NOT NULL,
    k.opened_at IS NOT NULL,
    k.answered_at IS NOT NULL,
    k.granted > 0,
    count(*)
FROM consent_contact AS k
GROUP BY 1, 2, 3, 4, 5;

-- consent_daily counts acts by the day they are of and by what was said in them:
-- any grant makes an agreement, else any withdrawal a withdrawal. They stay with
-- the branch the customer had.
CREATE TABLE consent_daily (
    branch_id bigint NOT NULL,
    day       date   NOT NULL,
    kind      text   NOT NULL,
    n         bigint NOT NULL,
    CONSTRAINT consent_daily_kind CHECK (kind IN ('agreed', 'withdrawn', 'refused'))
);
CREATE INDEX consent_daily_day_idx ON consent_daily (day);
INSERT INTO consent_daily (branch_id, day, kind, n)
SELECT
    d.branch_id,
    d.day,
    d.kind,
    count(*)
FROM (
    SELECT
        k.branch_id,
        (e.at AT TIME ZONE 'Asia/Shanghai')::date AS day,
        CASE WHEN bool_or(e.kind = 'granted') THEN 'agreed' WHEN bool_or(e.kind = 'withdrawn') THEN 'withdrawn' ELSE 'refused' END AS kind
    FROM consent_event AS e
    JOIN consent_contact AS k ON k.customer_id = e.customer_id
    WHERE e.kind IN ('granted', 'refused', 'withdrawn')
    GROUP BY e.act_id, k.branch_id, e.at
) AS d
GROUP BY d.branch_id, d.day, d.kind;

-- +goose StatementBegin
CREATE FUNCTION consent_grants_counted() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE consent_contact AS k
        SET granted = k.granted + d.n
        FROM (
            SELECT a.customer_id, count(*) AS n
            FROM after_rows AS a
            WHERE a.state = 'granted'
            GROUP BY a.customer_id
        ) AS d
        WHERE d.customer_id = k.customer_id;
    ELSE
        UPDATE consent_contact AS k
        SET granted = k.granted + d.n
        FROM (
            SELECT b.customer_id, sum(b.step) AS n
            FROM (
                SELECT a.customer_id, 1 AS step FROM after_rows AS a WHERE a.state = 'granted'
                UNION ALL
                SELECT o.customer_id, -1 FROM before_rows AS o WHERE o.state = 'granted'
            ) AS b
            GROUP BY b.customer_id
            HAVING sum(b.step) <> 0
        ) AS d
        WHERE d.customer_id = k.customer_id;
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER consent_grants_counted_in
    AFTER INSERT ON consent_state
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION consent_grants_counted();
CREATE TRIGGER consent_grants_counted_over
    AFTER UPDATE ON consent_state
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION consent_grants_counted();

-- +goose StatementBegin
CREATE FUNCTION consent_people_counted() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO consent_people (branch_id, served, opened, answered, agreed, n)
        SELECT a.branch_id, a.served_at IS NOT NULL, a.opened_at IS NOT NULL, a.answered_at IS NOT NULL, a.granted > 0, count(*)
        FROM after_rows AS a
        GROUP BY 1, 2, 3, 4, 5;
    ELSE
        INSERT INTO consent_people (branch_id, served, opened, answered, agreed, n)
        SELECT d.branch_id, d.served, d.opened, d.answered, d.agreed, sum(d.step)
        FROM (
            SELECT a.branch_id, a.served_at IS NOT NULL AS served, a.opened_at IS NOT NULL AS opened, a.answered_at IS NOT NULL AS answered, a.granted > 0 AS agreed, 1 AS step
            FROM after_rows AS a
            UNION ALL
            SELECT b.branch_id, b.served_at IS NOT NULL, b.opened_at IS NOT NULL, b.answered_at IS NOT NULL, b.granted > 0, -1
            FROM before_rows AS b
        ) AS d
        GROUP BY d.branch_id, d.served, d.opened, d.answered, d.agreed
        HAVING sum(d.step) <> 0;
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER consent_people_counted_in
    AFTER INSERT ON consent_contact
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION consent_people_counted();
CREATE TRIGGER consent_people_counted_over
    AFTER UPDATE ON consent_contact
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION consent_people_counted();

-- It comes after consent_project by its name, which makes the row of contact.
-- +goose StatementBegin
CREATE FUNCTION consent_took_place() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    INSERT INTO consent_daily (branch_id, day, kind, n)
    SELECT d.branch_id, d.day, d.kind, count(*)
    FROM (
        SELECT
            k.branch_id,
            (w.at AT TIME ZONE 'Asia/Shanghai')::date AS day,
            CASE WHEN bool_or(w.kind = 'granted') THEN 'agreed' WHEN bool_or(w.kind = 'withdrawn') THEN 'withdrawn' ELSE 'refused' END AS kind
        FROM written AS w
        JOIN consent_contact AS k ON k.customer_id = w.customer_id
        WHERE w.kind IN ('granted', 'refused', 'withdrawn')
        GROUP BY w.act_id, k.branch_id, w.at
    ) AS d
    GROUP BY d.branch_id, d.day, d.kind;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER consent_took_place
    AFTER INSERT ON consent_event
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION consent_took_place();

-- fold_consent_counts sums up what fold_consent_tally does not.
-- +goose StatementBegin
CREATE FUNCTION fold_consent_counts() RETURNS void
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF acting_staff() IS DISTINCT FROM -1 THEN
        RAISE EXCEPTION 'the program sums up' USING ERRCODE = '42501';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('consent/tally', 0));
    WITH taken AS (
        DELETE FROM consent_people AS t
        RETURNING t.branch_id, t.served, t.opened, t.answered, t.agreed, t.n
    )
    INSERT INTO consent_people (branch_id, served, opened, answered, agreed, n)
    SELECT t.branch_id, t.served, t.opened, t.answered, t.agreed, sum(t.n)
    FROM taken AS t
    GROUP BY t.branch_id, t.served, t.opened, t.answered, t.agreed
    HAVING sum(t.n) <> 0;
    -- Of the days only those are taken that have more than one row a branch and kind.
    WITH many AS (
        SELECT t.branch_id, t.day, t.kind
        FROM consent_daily AS t
        GROUP BY t.branch_id, t.day, t.kind
        HAVING count(*) > 1
    ), taken AS (
        DELETE FROM consent_daily AS t
        USING many AS m
        WHERE m.branch_id = t.branch_id
            AND m.day = t.day
            AND m.kind = t.kind
        RETURNING t.branch_id, t.day, t.kind, t.n
    )
    INSERT INTO consent_daily (branch_id, day, kind, n)
    SELECT t.branch_id, t.day, t.kind, sum(t.n)
    FROM taken AS t
    GROUP BY t.branch_id, t.day, t.kind;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION fold_consent_counts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fold_consent_counts() TO liuhen_app;
GRANT SELECT ON consent_people, consent_daily TO liuhen_app;

-- What the lists behind the figures go by.
CREATE INDEX consent_event_withdrawn_idx ON consent_event (id DESC) WHERE kind = 'withdrawn';
CREATE INDEX consent_state_list_idx ON consent_state (category, channel, state, customer_id);
CREATE INDEX consent_state_expiry_idx ON consent_state (expires_on, customer_id) WHERE expires_on IS NOT NULL;
