-- +goose Up

-- Who is away as an approver, from when until when, and who decides meanwhile.
-- Without a deputy the next in line decides. A row is written by who goes away,
-- and only ever revoked.
CREATE TABLE delegation (
    id         bigint      GENERATED ALWAYS AS IDENTITY,
    staff_id   bigint      NOT NULL,
    deputy_id  bigint,
    begins_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    reason     text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    CONSTRAINT delegation_pk PRIMARY KEY (id),
    CONSTRAINT delegation_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT delegation_deputy_fk FOREIGN KEY (deputy_id) REFERENCES staff (id),
    CONSTRAINT delegation_not_self CHECK (deputy_id <> staff_id),
    CONSTRAINT delegation_time CHECK (begins_at < ends_at AND ends_at <= begins_at + interval '190 days'),
    CONSTRAINT delegation_reason CHECK (char_length(reason) BETWEEN 2 AND 200)
);
CREATE INDEX delegation_staff_idx ON delegation (staff_id, ends_at) WHERE revoked_at IS NULL;
CREATE INDEX delegation_deputy_idx ON delegation (deputy_id, ends_at) WHERE revoked_at IS NULL;

-- +goose StatementBegin
CREATE FUNCTION delegation_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.staff_id IS DISTINCT FROM acting_staff()
           OR OLD.revoked_at IS NOT NULL
           OR NEW.revoked_at IS DISTINCT FROM now()
           OR (to_jsonb(NEW) - 'revoked_at') <> (to_jsonb(OLD) - 'revoked_at') THEN
            RAISE EXCEPTION 'a delegation is revoked once, by who gave it' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.staff_id IS DISTINCT FROM acting_staff()
       OR acting_role() IS NULL
       OR acting_role() NOT IN ('supervisor', 'risk', 'compliance')
       OR NEW.revoked_at IS NOT NULL
       OR NEW.created_at <> now()
       OR NEW.begins_at < now() - interval '1 minute' THEN
        RAISE EXCEPTION 'who approves delegates in the own name, from now on' USING ERRCODE = '42501';
    END IF;
    IF NEW.deputy_id IS NOT NULL AND NOT EXISTS (
        SELECT
        FROM staff AS d
        WHERE d.id = NEW.deputy_id
            AND d.disabled_at IS NULL
            AND d.role = acting_role()
    ) THEN
        RAISE EXCEPTION 'a deputy has the same role' USING ERRCODE = '23514', CONSTRAINT = 'delegation_same_role';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('delegation/' || NEW.staff_id, 0));
    IF EXISTS (
        SELECT
        FROM delegation AS o
        WHERE o.staff_id = NEW.staff_id
            AND o.revoked_at IS NULL
            AND o.begins_at < NEW.ends_at
            AND o.ends_at > NEW.begins_at
    ) THEN
        RAISE EXCEPTION 'somebody is away once at a time' USING ERRCODE = '23P01', CONSTRAINT = 'delegation_once';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER delegation_guard
    BEFORE INSERT OR UPDATE ON delegation
    FOR EACH ROW EXECUTE FUNCTION delegation_guard();
GRANT SELECT, INSERT ON delegation TO liuhen_app;
GRANT UPDATE (revoked_at) ON delegation TO liuhen_app;

-- stands_in is who decides where a person is meant: the person; while away the
-- deputy, if able, of the same role, not away themselves (delegation is not
-- chained) and not the requester; otherwise nobody.
-- +goose StatementBegin
CREATE FUNCTION stands_in(person bigint, requester bigint) RETURNS TABLE (approver_id bigint, behalf_id bigint)
    LANGUAGE sql
    STABLE
AS $$
    SELECT
        COALESCE(d.deputy_id, p.id),
        CASE WHEN d.id IS NOT NULL THEN p.id END
    FROM staff AS p
    LEFT JOIN delegation AS d ON d.staff_id = p.id
        AND d.revoked_at IS NULL
        AND d.begins_at <= now()
        AND d.ends_at > now()
    WHERE p.id = stands_in.person
        AND p.id <> stands_in.requester
        AND p.disabled_at IS NULL
        AND p.role IN ('supervisor', 'risk', 'compliance')
        AND (d.id IS NULL OR EXISTS (
            SELECT
            FROM staff AS q
            WHERE q.id = d.deputy_id
                AND q.id <> stands_in.requester
                AND q.disabled_at IS NULL
                AND q.role = p.role
                AND NOT EXISTS (
                    SELECT
                    FROM delegation AS e
                    WHERE e.staff_id = q.id
                        AND e.revoked_at IS NULL
                        AND e.begins_at <= now()
                        AND e.ends_at > now()
                )
        ))
$$;
-- +goose StatementEnd

-- A step knows for whom it is decided, and whether it is any one of a role that
-- is asked (pool) or the superior.
ALTER TABLE approval_step
    ADD COLUMN behalf_id bigint,
    ADD COLUMN pool text NOT NULL DEFAULT '',
    ADD CONSTRAINT approval_step_behalf_fk FOREIGN KEY (behalf_id) REFERENCES staff (id),
    ADD CONSTRAINT approval_step_pool CHECK (pool IN ('', 'supervisor', 'risk', 'compliance'));

-- What the program did to a request has no person.
ALTER TABLE approval_event
    ALTER COLUMN staff_id DROP NOT NULL,
    DROP CONSTRAINT approval_event_kind,
    ADD CONSTRAINT approval_event_kind CHECK (kind IN ('submitted', 'reminded', 'approved', 'rejected', 'returned', 'resubmitted', 'withdrawn', 'rerouted', 'escalated')),
    ADD CONSTRAINT approval_event_person CHECK ((staff_id IS NULL) = (kind IN ('rerouted', 'escalated')));
CREATE POLICY approval_event_program ON approval_event FOR INSERT TO liuhen_app
    WITH CHECK (staff_id IS NULL AND (SELECT acting_staff()) = -1);

-- How a step may move, and by whom; the last line is new:
--
--   (new) -> later, pending                 the requester, with the request
--   pending -> approved, rejected, returned its approver, now
--   later -> pending, dropped               the approver of an earlier step, deciding now
--   later, pending -> dropped               the requester, taking the request back
--   any -> later, pending                   the requester, submitting a returned request again
--   later, pending -> itself                the program (-1), giving it to somebody else
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION approval_step_may_move(o approval_step, n approval_step, requester bigint, request text) RETURNS boolean
    LANGUAGE sql
    STABLE
AS $$
    SELECT CASE
        WHEN n.state IN ('approved', 'rejected', 'returned') THEN
            o.state = 'pending'
            AND o.approver_id = acting_staff()
            AND (n.approver_id, n.because, n.behalf_id, n.pool) IS NOT DISTINCT FROM (o.approver_id, o.because, o.behalf_id, o.pool)
            AND n.decided_at = now()
        WHEN requester = acting_staff() AND request = 'returned' AND n.state IN ('later', 'pending') THEN
            true
        WHEN acting_staff() = -1 AND request = 'pending' AND n.state = o.state AND o.state IN ('later', 'pending') THEN
            (n.pool, n.decided_at, n.comment) IS NOT DISTINCT FROM (o.pool, o.decided_at, o.comment)
            AND n.approver_id IS DISTINCT FROM o.approver_id
            AND (o.state = 'later' AND n.waiting_since IS NOT DISTINCT FROM o.waiting_since OR o.state = 'pending' AND n.waiting_since = now())
        WHEN (n.approver_id, n.because, n.behalf_id, n.pool) IS DISTINCT FROM (o.approver_id, o.because, o.behalf_id, o.pool) THEN
            false
        WHEN requester = acting_staff() AND n.state = 'dropped' AND o.state IN ('later', 'pending') THEN
            true
        WHEN o.state = 'later' AND n.state IN ('pending', 'dropped') THEN
            EXISTS (
                SELECT
                FROM approval_step AS s
                WHERE s.approval_id = o.approval_id
                    AND s.position < o.position
                    AND s.approver_id = acting_staff()
                    AND s.decided_at = now()
                    AND s.state = CASE WHEN n.state = 'pending' THEN 'approved' ELSE 'rejected' END
            )
        ELSE
            false
    END
$$;
-- +goose StatementEnd

-- A step on somebody's behalf is given only to the deputy of the day.
-- +goose StatementBegin
CREATE FUNCTION approval_step_behalf() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.behalf_id IS NOT NULL
       AND NOT EXISTS (
        SELECT
        FROM approval AS a
        CROSS JOIN LATERAL stands_in(NEW.behalf_id, a.requester_id) AS i
        WHERE a.id = NEW.approval_id
            AND i.approver_id = NEW.approver_id
            AND i.behalf_id = NEW.behalf_id
    ) THEN
        RAISE EXCEPTION 'nobody stands in unasked' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER approval_step_behalf_new
    BEFORE INSERT ON approval_step
    FOR EACH ROW
    WHEN (NEW.behalf_id IS NOT NULL)
    EXECUTE FUNCTION approval_step_behalf();
CREATE TRIGGER approval_step_behalf_moved
    BEFORE UPDATE ON approval_step
    FOR EACH ROW
    WHEN ((NEW.approver_id, NEW.behalf_id) IS DISTINCT FROM (OLD.approver_id, OLD.behalf_id))
    EXECUTE FUNCTION approval_step_behalf();

-- What happened is said by who did it, when it was done; that a step went to
-- somebody else, by the program.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION approval_event_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    NEW.at := clock_timestamp();
    IF NEW.kind IN ('rerouted', 'escalated') THEN
        IF acting_staff() IS DISTINCT FROM -1 THEN
            RAISE EXCEPTION 'only the program gives a step to somebody else' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.kind IN ('approved', 'rejected', 'returned') AND NOT EXISTS (
        SELECT
        FROM approval_step AS s
        WHERE s.approval_id = NEW.approval_id
            AND s.approver_id = NEW.staff_id
            AND s.state = NEW.kind
            AND s.decided_at = now()
            AND s.comment = NEW.comment
    ) THEN
        RAISE EXCEPTION 'a decision is written down with the decision' USING ERRCODE = '42501';
    END IF;
    IF NEW.kind NOT IN ('approved', 'rejected', 'returned')
       AND NOT acts_as_owner(TG_RELID)
       AND NOT EXISTS (
        SELECT
        FROM approval AS a
        WHERE a.id = NEW.approval_id
            AND a.requester_id = NEW.staff_id
    ) THEN
        RAISE EXCEPTION 'only the requester submits, reminds and takes back' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
