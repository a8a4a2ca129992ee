-- +goose Up

CREATE TABLE access_request (
    approval_id bigint   NOT NULL,
    customer_id bigint   NOT NULL,
    groups      text[]   NOT NULL,
    purpose     text     NOT NULL,
    reason      text     NOT NULL,
    minutes     smallint NOT NULL,
    CONSTRAINT access_request_pk PRIMARY KEY (approval_id),
    CONSTRAINT access_request_approval_fk FOREIGN KEY (approval_id) REFERENCES approval (id),
    CONSTRAINT access_request_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT access_request_groups CHECK (cardinality(groups) > 0 AND groups <@ ARRAY['contact', 'identity', 'assets', 'transactions']),
    CONSTRAINT access_request_purpose CHECK (purpose IN ('service', 'complaint', 'suitability', 'reconciliation', 'inspection', 'other')),
    CONSTRAINT access_request_reason CHECK (char_length(reason) BETWEEN 10 AND 500),
    CONSTRAINT access_request_minutes CHECK (minutes BETWEEN 10 AND 480)
);

-- What is asked for is written by the requester, and changed only while the
-- request lies returned: an approver decides on exactly what was read.
-- +goose StatementBegin
CREATE FUNCTION access_request_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM approval AS a
        WHERE a.id = NEW.approval_id
            AND a.kind = 'access'
            AND a.requester_id = acting_staff()
            AND a.customer_id = NEW.customer_id
            AND (TG_OP = 'INSERT' AND a.state = 'pending' AND a.submitted_at = now() OR TG_OP = 'UPDATE' AND a.state = 'returned')
    ) OR (TG_OP = 'UPDATE' AND (NEW.approval_id, NEW.customer_id) IS DISTINCT FROM (OLD.approval_id, OLD.customer_id)) THEN
        RAISE EXCEPTION 'a request is written by its requester' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER access_request_guard
    BEFORE INSERT OR UPDATE ON access_request
    FOR EACH ROW EXECUTE FUNCTION access_request_guard();

-- The right of one person to see one group of one customer's file until a moment.
CREATE TABLE access_grant (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    approval_id bigint      NOT NULL,
    staff_id    bigint      NOT NULL,
    customer_id bigint      NOT NULL,
    field_group text        NOT NULL,
    granted_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    end_reason  text,
    CONSTRAINT access_grant_pk PRIMARY KEY (id),
    CONSTRAINT access_grant_once UNIQUE (approval_id, field_group),
    CONSTRAINT access_grant_approval_fk FOREIGN KEY (approval_id) REFERENCES approval (id),
    CONSTRAINT access_grant_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT access_grant_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT access_grant_group CHECK (field_group IN ('contact', 'identity', 'assets', 'transactions')),
    CONSTRAINT access_grant_limited CHECK (expires_at > granted_at AND expires_at <= granted_at + interval '480 minutes'),
    CONSTRAINT access_grant_end CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CONSTRAINT access_grant_end_reason CHECK (end_reason IN ('handed_back', 'role', 'branch', 'employment', 'revoked'))
);
-- The one look-up of every policy below: is there a live grant.
CREATE INDEX access_grant_live_idx ON access_grant (staff_id, customer_id, field_group, expires_at) WHERE ended_at IS NULL;
CREATE INDEX access_grant_customer_idx ON access_grant (customer_id, granted_at DESC, id DESC);

-- open_access_grants is the only way a grant comes into being: called by the
-- approver in the transaction of the approval, for a request of kind access
-- that is approved at this very moment by somebody else than its requester.
-- +goose StatementBegin
CREATE FUNCTION open_access_grants(approval bigint) RETURNS integer
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    opened integer;
BEGIN
    INSERT INTO access_grant (approval_id, staff_id, customer_id, field_group, granted_at, expires_at)
    SELECT
        a.id,
        a.requester_id,
        r.customer_id,
        g.field_group,
        now(),
        now() + make_interval(mins => r.minutes)
    FROM approval AS a
    JOIN access_request AS r ON r.approval_id = a.id
    CROSS JOIN LATERAL unnest(r.groups) AS g (field_group)
    WHERE a.id = open_access_grants.approval
        AND a.kind = 'access'
        AND a.state = 'approved'
        AND a.closed_at = now()
        AND a.requester_id <> acting_staff()
        AND EXISTS (
            SELECT
            FROM approval_step AS s
            JOIN staff AS p ON p.id = s.approver_id
            WHERE s.approval_id = a.id
                AND s.approver_id = acting_staff()
                AND s.state = 'approved'
                AND s.decided_at = now()
                AND p.disabled_at IS NULL
                AND p.role IN ('supervisor', 'risk', 'compliance')
        )
        AND EXISTS (
            SELECT
            FROM staff AS q
            WHERE q.id = a.requester_id
                AND q.disabled_at IS NULL
                AND q.role IN ('manager', 'supervisor', 'risk', 'compliance')
        );
    GET DIAGNOSTICS opened = ROW_COUNT;
    IF opened = 0 THEN
        RAISE EXCEPTION 'request % opens nothing', approval USING ERRCODE = '42501';
    END IF;
    RETURN opened;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION open_access_grants(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_access_grants(bigint) TO liuhen_app;

-- A grant only ever ends: once, now, and by its holder or the program.
-- +goose StatementBegin
CREATE FUNCTION access_grant_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL
       OR NEW.ended_at IS DISTINCT FROM now()
       OR (to_jsonb(NEW) - 'ended_at' - 'end_reason') <> (to_jsonb(OLD) - 'ended_at' - 'end_reason') THEN
        RAISE EXCEPTION 'a grant only ends, once' USING ERRCODE = '42501';
    END IF;
    IF NEW.end_reason = 'handed_back' AND acting_staff() IS DISTINCT FROM OLD.staff_id THEN
        RAISE EXCEPTION 'a grant is handed back by its holder' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER access_grant_guard
    BEFORE UPDATE ON access_grant
    FOR EACH ROW EXECUTE FUNCTION access_grant_guard();

-- Grants, sessions and open requests end with role, branch or employment.
-- +goose StatementBegin
CREATE FUNCTION staff_change_ends_rights() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    why text;
BEGIN
    why := CASE
        WHEN NEW.disabled_at IS NOT NULL AND OLD.disabled_at IS NULL THEN 'employment'
        WHEN NEW.role <> OLD.role THEN 'role'
        WHEN NEW.branch_id <> OLD.branch_id THEN 'branch'
    END;
    IF why IS NOT NULL THEN
        UPDATE access_grant
        SET ended_at = now(),
            end_reason = why
        WHERE staff_id = NEW.id
            AND ended_at IS NULL
            AND expires_at > now();
        IF why = 'employment' THEN
            DELETE FROM session WHERE staff_id = NEW.id;
        END IF;
        PERFORM pg_notify('liuhen', 'staff:' || NEW.id);
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER staff_change_ends_rights
    AFTER UPDATE ON staff
    FOR EACH ROW EXECUTE FUNCTION staff_change_ends_rights();

GRANT SELECT, INSERT, UPDATE ON access_request TO liuhen_app;
GRANT SELECT ON access_grant TO liuhen_app;
GRANT UPDATE (ended_at, end_reason) ON access_grant TO liuhen_app;

-- The closed groups. A row is visible while who acts holds a live grant for its
-- customer and group; the program itself (-1, imports) reads and writes all.
-- The look-up is a scalar sub-query on purpose: EXISTS under OR becomes a hashed
-- sub-plan that reads every grant of the person, 130 times slower for somebody
-- with many.
-- +goose StatementBegin
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN
        SELECT *
        FROM (
            VALUES
                ('contact_point', '''contact'''),
                ('identity_document', '''identity'''),
                ('account', '''assets'''),
                ('account_party', '''assets'''),
                ('loan', '''assets'''),
                ('card', '''assets'''),
                ('card_statement', '''assets'''),
                ('holding', '''assets'''),
                ('standing_order', '''transactions'''),
                ('bank_transaction', '''transactions'''),
                ('value_history', 'field_group')
        ) AS closed (name, field_group)
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t.name);
        EXECUTE format(
            'CREATE POLICY %I ON %I FOR SELECT TO liuhen_app USING ('
            '(SELECT true FROM access_grant AS g'
            ' WHERE g.staff_id = (SELECT acting_staff())'
            ' AND g.customer_id = %I.customer_id'
            ' AND g.field_group = %s'
            ' AND g.ended_at IS NULL'
            ' AND g.expires_at > now()'
            ' LIMIT 1))',
            t.name || '_granted', t.name, t.name,
            CASE WHEN t.field_group LIKE '''%' THEN t.field_group ELSE format('%I.field_group', t.name) END);
        EXECUTE format(
            'CREATE POLICY %I ON %I FOR ALL TO liuhen_app USING ((SELECT acting_staff()) = -1) WITH CHECK ((SELECT acting_staff()) = -1)',
            t.name || '_program', t.name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO liuhen_app', t.name);
    END LOOP;
END
$$;
-- +goose StatementEnd
REVOKE UPDATE ON value_history FROM liuhen_app;
-- What was open before (basic) stays open in its history.
CREATE POLICY value_history_basic ON value_history FOR SELECT TO liuhen_app USING (field_group = 'basic');

-- holds_grant returns until when who acts may see a group of a customer, NULL
-- if not at all. It is what a page asks before it shows a section as open.
-- +goose StatementBegin
CREATE FUNCTION holds_grant(customer bigint, wanted text) RETURNS timestamptz
    LANGUAGE sql
    STABLE
AS $$
    SELECT g.expires_at
    FROM access_grant AS g
    WHERE g.staff_id = acting_staff()
        AND g.customer_id = customer
        AND g.field_group = wanted
        AND g.ended_at IS NULL
        AND g.expires_at > now()
    ORDER BY
        g.expires_at DESC,
        g.id
    LIMIT 1
$$;
-- +goose StatementEnd
