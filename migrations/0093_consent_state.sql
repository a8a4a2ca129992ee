-- +goose Up

-- The present state of each cell of each customer, a projection of the ledger: a
-- row a customer, leaf and channel; none while nothing was said. The newest event
-- wins; at the same moment closing before opening, then among grants the older
-- wording, so that a tie never widens and the order in which events arrive never
-- matters. It is kept by a trigger of the ledger and written by nothing else.
CREATE TABLE consent_state (
    customer_id bigint      NOT NULL,
    category    text        NOT NULL,
    channel     text        NOT NULL,
    state       text        NOT NULL,
    wording_no  integer,
    since       timestamptz NOT NULL,
    expires_on  date,
    event_id    bigint      NOT NULL,
    CONSTRAINT consent_state_pk PRIMARY KEY (customer_id, category, channel),
    CONSTRAINT consent_state_word CHECK (state IN ('granted', 'refused', 'withdrawn', 'lapsed')),
    CONSTRAINT consent_state_expiry CHECK (expires_on IS NULL OR state = 'granted')
);

-- A row for each customer with whom anything happened: when last, and the branch
-- that the figures count the customer under. Its lock orders what happens to one
-- customer at the same time.
CREATE TABLE consent_contact (
    customer_id bigint NOT NULL,
    branch_id   bigint NOT NULL,
    served_at   timestamptz,
    opened_at   timestamptz,
    answered_at timestamptz,
    refused_at  timestamptz,
    CONSTRAINT consent_contact_pk PRIMARY KEY (customer_id),
    CONSTRAINT consent_contact_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id)
);

-- Counts for the dashboard, as differences: nobody waits for a shared row. A chore
-- sums them up (fold_consent_tally); reading sums what is there.
CREATE TABLE consent_tally (
    branch_id  bigint  NOT NULL,
    category   text    NOT NULL,
    channel    text    NOT NULL,
    state      text    NOT NULL,
    wording_no integer,
    n          bigint  NOT NULL
);

-- consent_replay is the state of the customers first to last as the ledger gives
-- it, by what had been said until a moment and was known by one.
-- +goose StatementBegin
CREATE FUNCTION consent_replay(first bigint, last bigint, until timestamptz, known timestamptz)
    RETURNS TABLE (
        customer_id bigint, category text, channel text, state text,
        wording_no integer, since timestamptz, expires_on date, event_id bigint
    )
    LANGUAGE sql
    STABLE
AS $$
    SELECT DISTINCT ON (e.customer_id, c.category, c.channel)
        e.customer_id,
        c.category,
        c.channel,
        e.kind,
        e.wording_no,
        e.at,
        CASE WHEN e.kind = 'granted' THEN ((e.at AT TIME ZONE 'Asia/Shanghai')::date + make_interval(months => t.valid_months))::date END,
        e.id
    FROM consent_event AS e
    JOIN consent_act AS a ON a.id = e.act_id
    JOIN consent_cell AS c ON (e.category IS NULL OR e.category IN (c.category, c.parent)) AND (e.channel IS NULL OR e.channel = c.channel)
    LEFT JOIN consent_wording AS w ON w.no = e.wording_no
    LEFT JOIN consent_wording_text AS t ON t.wording_id = w.id AND t.category = c.category
    WHERE e.customer_id BETWEEN consent_replay.first AND consent_replay.last
        AND e.at <= consent_replay.until
        AND a.recorded_at <= consent_replay.known
        AND consent_rank(e.kind) > 0
    ORDER BY
        e.customer_id,
        c.category,
        c.channel,
        e.at DESC,
        consent_rank(e.kind) DESC,
        e.wording_no,
        e.id DESC
$$;
-- +goose StatementEnd

-- consent_hold makes and locks the rows of contact of the customers of events, in
-- their order. The first of a customer shares the customer's row, so that the
-- branch is the one the customer has, and not one they are just leaving.
-- +goose StatementBegin
CREATE FUNCTION consent_hold(customers bigint[]) RETURNS void
    LANGUAGE plpgsql
AS $$
DECLARE
    strangers bigint[];
BEGIN
    strangers := ARRAY(
        SELECT u.id
        FROM unnest(customers) AS u (id)
        WHERE NOT EXISTS (SELECT FROM consent_contact AS k WHERE k.customer_id = u.id)
    );
    IF cardinality(strangers) > 0 THEN
        PERFORM FROM customer AS c WHERE c.id = ANY (strangers) ORDER BY c.id FOR SHARE;
        INSERT INTO consent_contact (customer_id, branch_id)
        SELECT
            c.id,
            c.branch_id
        FROM customer AS c
        WHERE c.id = ANY (strangers)
        ORDER BY c.id
        ON CONFLICT (customer_id) DO NOTHING;
    END IF;
    PERFORM FROM consent_contact AS k WHERE k.customer_id = ANY (customers) ORDER BY k.customer_id FOR UPDATE;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION consent_hold(bigint[]) FROM PUBLIC;

-- +goose StatementBegin
CREATE FUNCTION consent_project() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    PERFORM consent_hold(ARRAY(SELECT DISTINCT w.customer_id FROM written AS w));
    UPDATE consent_contact AS k
    SET served_at = GREATEST(k.served_at, n.served),
        opened_at = GREATEST(k.opened_at, n.opened),
        answered_at = GREATEST(k.answered_at, n.answered),
        refused_at = GREATEST(k.refused_at, n.refused)
    FROM (
        SELECT
            w.customer_id,
            max(w.at) FILTER (WHERE w.kind = 'served') AS served,
            max(w.at) FILTER (WHERE w.kind = 'opened') AS opened,
            max(w.at) FILTER (WHERE w.kind IN ('granted', 'refused', 'withdrawn')) AS answered,
            max(w.at) FILTER (WHERE w.kind IN ('refused', 'withdrawn')) AS refused
        FROM written AS w
        GROUP BY w.customer_id
    ) AS n
    WHERE k.customer_id = n.customer_id;
    INSERT INTO consent_state AS s (customer_id, category, channel, state, wording_no, since, expires_on, event_id)
    SELECT DISTINCT ON (e.customer_id, c.category, c.channel)
        e.customer_id,
        c.category,
        c.channel,
        e.kind,
        e.wording_no,
        e.at,
        CASE WHEN e.kind = 'granted' THEN ((e.at AT TIME ZONE 'Asia/Shanghai')::date + make_interval(months => t.valid_months))::date END,
        e.id
    FROM written AS e
    JOIN consent_cell AS c ON (e.category IS NULL OR e.category IN (c.category, c.parent)) AND (e.channel IS NULL OR e.channel = c.channel)
    LEFT JOIN consent_wording AS w ON w.no = e.wording_no
    LEFT JOIN consent_wording_text AS t ON t.wording_id = w.id AND t.category = c.category
    WHERE consent_rank(e.kind) > 0
    ORDER BY
        e.customer_id,
        c.category,
        c.channel,
        e.at DESC,
        consent_rank(e.kind) DESC,
        e.wording_no,
        e.id DESC
    ON CONFLICT (customer_id, category, channel) DO UPDATE
    SET state = EXCLUDED.state,
        wording_no = EXCLUDED.wording_no,
        since = EXCLUDED.since,
        expires_on = EXCLUDED.expires_on,
        event_id = EXCLUDED.event_id
    WHERE (EXCLUDED.since, consent_rank(EXCLUDED.state), -COALESCE(EXCLUDED.wording_no, 2147483647), EXCLUDED.event_id)
        > (s.since, consent_rank(s.state), -COALESCE(s.wording_no, 2147483647), s.event_id);
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER consent_project
    AFTER INSERT ON consent_event
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION consent_project();

-- The tally follows the state, whatever writes it.
-- +goose StatementBegin
CREATE FUNCTION consent_count() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO consent_tally (branch_id, category, channel, state, wording_no, n)
        SELECT k.branch_id, a.category, a.channel, a.state, a.wording_no, count(*)
        FROM after_rows AS a
        JOIN consent_contact AS k ON k.customer_id = a.customer_id
        GROUP BY k.branch_id, a.category, a.channel, a.state, a.wording_no;
    ELSE
        INSERT INTO consent_tally (branch_id, category, channel, state, wording_no, n)
        SELECT k.branch_id, d.category, d.channel, d.state, d.wording_no, sum(d.step)
        FROM (
            SELECT a.customer_id, a.category, a.channel, a.state, a.wording_no, 1 AS step FROM after_rows AS a
            UNION ALL
            SELECT b.customer_id, b.category, b.channel, b.state, b.wording_no, -1 FROM before_rows AS b
        ) AS d
        JOIN consent_contact AS k ON k.customer_id = d.customer_id
        GROUP BY k.branch_id, d.category, d.channel, d.state, d.wording_no
        HAVING sum(d.step) <> 0;
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER consent_counted_in
    AFTER INSERT ON consent_state
    REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION consent_count();
CREATE TRIGGER consent_counted_over
    AFTER UPDATE ON consent_state
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION consent_count();

-- A customer who changes branch takes their counts along.
-- +goose StatementBegin
CREATE FUNCTION consent_moves_branch() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    UPDATE consent_contact AS k
    SET branch_id = NEW.branch_id
    WHERE k.customer_id = NEW.id;
    IF FOUND THEN
        INSERT INTO consent_tally (branch_id, category, channel, state, wording_no, n)
        SELECT d.branch_id, s.category, s.channel, s.state, s.wording_no, d.step
        FROM consent_state AS s
        CROSS JOIN (VALUES (OLD.branch_id, -1), (NEW.branch_id, 1)) AS d (branch_id, step)
        WHERE s.customer_id = NEW.id;
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER consent_moves_branch
    AFTER UPDATE OF branch_id ON customer
    FOR EACH ROW
    WHEN (NEW.branch_id IS DISTINCT FROM OLD.branch_id)
    EXECUTE FUNCTION consent_moves_branch();

-- fold_consent_tally sums the differences up and returns how many rows it took
-- away. Two at the same time wait for each other; nobody else waits.
-- +goose StatementBegin
CREATE FUNCTION fold_consent_tally() RETURNS bigint
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    gone bigint;
    kept bigint;
BEGIN
    IF acting_staff() IS DISTINCT FROM -1 THEN
        RAISE EXCEPTION 'the program sums up' USING ERRCODE = '42501';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('consent/tally', 0));
    WITH taken AS (
        DELETE FROM consent_tally AS t
        RETURNING t.branch_id, t.category, t.channel, t.state, t.wording_no, t.n
    ), summed AS (
        INSERT INTO consent_tally (branch_id, category, channel, state, wording_no, n)
        SELECT t.branch_id, t.category, t.channel, t.state, t.wording_no, sum(t.n)
        FROM taken AS t
        GROUP BY t.branch_id, t.category, t.channel, t.state, t.wording_no
        HAVING sum(t.n) <> 0
        RETURNING 1
    )
    SELECT
        (SELECT count(*) FROM taken),
        (SELECT count(*) FROM summed)
    INTO gone, kept;
    RETURN gone - kept;
END
$$;
-- +goose StatementEnd

-- consent_verdict says by which rule a state does not allow contact, '' if it
-- does. Verdict is the same in the program.
-- +goose StatementBegin
CREATE FUNCTION consent_verdict(state text, wording_no integer, expires_on date, asks_since integer, today date) RETURNS text
    LANGUAGE sql
    IMMUTABLE
AS $$
    SELECT CASE
        WHEN state = 'withdrawn' THEN 'consent-withdrawn'
        WHEN state = 'refused' THEN 'consent-refused'
        WHEN state = 'lapsed' THEN 'consent-lapsed'
        WHEN state IS DISTINCT FROM 'granted' THEN 'consent-none'
        WHEN wording_no IS NULL OR wording_no < asks_since THEN 'consent-lapsed'
        WHEN expires_on <= today THEN 'consent-expired'
        ELSE ''
    END
$$;
-- +goose StatementEnd

-- may_contact answers whether a customer may be contacted about a leaf by a channel
-- at a moment: '' for yes, else the rule. A moment before the present state began
-- is answered from the ledger.
-- +goose StatementBegin
CREATE FUNCTION may_contact(customer bigint, wanted text, by_channel text, moment timestamptz) RETURNS text
    LANGUAGE plpgsql
    STABLE
AS $$
DECLARE
    s record;
BEGIN
    SELECT t.state, t.wording_no, t.since, t.expires_on INTO s
    FROM consent_state AS t
    WHERE t.customer_id = may_contact.customer
        AND t.category = wanted
        AND t.channel = by_channel;
    IF s.since > moment THEN
        SELECT r.state, r.wording_no, r.since, r.expires_on INTO s
        FROM consent_replay(may_contact.customer, may_contact.customer, moment, 'infinity') AS r
        WHERE r.category = wanted
            AND r.channel = by_channel;
    END IF;
    RETURN consent_verdict(s.state, s.wording_no, s.expires_on, consent_asks_since(wanted, moment), (moment AT TIME ZONE 'Asia/Shanghai')::date);
END
$$;
-- +goose StatementEnd

-- consent_differences lists the cells of the customers first to last whose state
-- is not what the ledger gives. It sees both at one moment.
-- +goose StatementBegin
CREATE FUNCTION consent_differences(first bigint, last bigint)
    RETURNS TABLE (customer_id bigint, category text, channel text, has text, ought text)
    LANGUAGE sql
    STABLE
AS $$
    SELECT
        COALESCE(s.customer_id, r.customer_id),
        COALESCE(s.category, r.category),
        COALESCE(s.channel, r.channel),
        COALESCE(s.state, ''),
        COALESCE(r.state, '')
    FROM (
        SELECT t.customer_id, t.category, t.channel, t.state, t.wording_no, t.since, t.expires_on
        FROM consent_state AS t
        WHERE t.customer_id BETWEEN consent_differences.first AND consent_differences.last
    ) AS s
    FULL JOIN consent_replay(consent_differences.first, consent_differences.last, 'infinity', 'infinity') AS r
        ON (r.customer_id, r.category, r.channel) = (s.customer_id, s.category, s.channel)
    WHERE (s.state, s.wording_no, s.since, s.expires_on) IS DISTINCT FROM (r.state, r.wording_no, r.since, r.expires_on)
    ORDER BY 1, 2, 3
$$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION fold_consent_tally() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fold_consent_tally() TO liuhen_app;
GRANT SELECT ON consent_state, consent_contact, consent_tally TO liuhen_app;
