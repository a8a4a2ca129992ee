-- +goose Up

-- The guards of 0006 and 0007, drawn tighter: a decision, its comment and its
-- time are written once; steps come with their request and move only by the
-- hand they wait for; an event is written by who did it, when it was done; and
-- the open requests of somebody end with role, branch or employment as the
-- grants do.

-- acts_as_owner reports whether a guard runs inside a function of the owner,
-- such as the trigger below that ends the requests of who leaves, and not in a
-- statement of the program's role.
-- +goose StatementBegin
CREATE FUNCTION acts_as_owner(guarded oid) RETURNS boolean
    LANGUAGE sql
    STABLE
AS $$
    SELECT pg_has_role(current_user, c.relowner, 'MEMBER')
    FROM pg_class AS c
    WHERE c.oid = guarded
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION approval_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    actor bigint := acting_staff();
    decided text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.requester_id IS DISTINCT FROM actor OR NEW.state <> 'pending' OR NEW.submitted_at <> now() THEN
            RAISE EXCEPTION 'a request is submitted in one''s own name, now' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.kind, NEW.requester_id, NEW.customer_id, NEW.title)
       IS DISTINCT FROM (OLD.id, OLD.kind, OLD.requester_id, OLD.customer_id, OLD.title) THEN
        RAISE EXCEPTION 'a request''s identity is written once' USING ERRCODE = '42501';
    END IF;
    SELECT s.state INTO decided
    FROM approval_step AS s
    WHERE s.approval_id = NEW.id
        AND s.approver_id = actor
        AND s.decided_at = now()
    ORDER BY s.position DESC
    LIMIT 1;
    IF NEW.state = OLD.state THEN
        IF decided IS DISTINCT FROM 'approved' OR (to_jsonb(NEW) - 'step') <> (to_jsonb(OLD) - 'step') THEN
            RAISE EXCEPTION 'only an approval moves a request to its next step' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT
        FROM approval_transition AS t
        WHERE t.from_state = OLD.state
            AND t.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'approval: % to % is no step', OLD.state, NEW.state
            USING ERRCODE = '23514', CONSTRAINT = 'approval_transition';
    END IF;
    IF NEW.state IN ('withdrawn', 'pending')
       AND actor IS DISTINCT FROM OLD.requester_id
       AND NOT (NEW.state = 'withdrawn' AND acts_as_owner(TG_RELID)) THEN
        RAISE EXCEPTION 'only the requester takes a request back or submits it again' USING ERRCODE = '42501';
    END IF;
    IF NEW.closed_at <> now() OR NEW.submitted_at <> (CASE WHEN NEW.state = 'pending' THEN now() ELSE OLD.submitted_at END) THEN
        RAISE EXCEPTION 'a request moves now, not at another time' USING ERRCODE = '42501';
    END IF;
    IF NEW.state IN ('approved', 'rejected', 'returned') AND decided IS DISTINCT FROM NEW.state THEN
        RAISE EXCEPTION 'a request is closed by the decision of its approver' USING ERRCODE = '42501';
    END IF;
    IF NEW.state = 'approved' AND EXISTS (
        SELECT
        FROM approval_step AS s
        WHERE s.approval_id = NEW.id
            AND s.state <> 'approved'
    ) THEN
        RAISE EXCEPTION 'a request is approved when every step is' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd

-- How a step may move, and by whom:
--
--   (new) -> later, pending                 the requester, with the request
--   pending -> approved, rejected, returned its approver, now
--   later -> pending, dropped               the approver of an earlier step, deciding now
--   later, pending -> dropped               the requester, taking the request back
--   any -> later, pending                   the requester, submitting a returned request again
-- +goose StatementBegin
CREATE FUNCTION approval_step_may_move(o approval_step, n approval_step, requester bigint, request text) RETURNS boolean
    LANGUAGE sql
    STABLE
AS $$
    SELECT CASE
        WHEN n.state IN ('approved', 'rejected', 'returned') THEN
            o.state = 'pending'
            AND o.approver_id = acting_staff()
            AND (n.approver_id, n.because) IS NOT DISTINCT FROM (o.approver_id, o.because)
            AND n.decided_at = now()
        WHEN requester = acting_staff() AND request = 'returned' AND n.state IN ('later', 'pending') THEN
            true
        WHEN (n.approver_id, n.because) IS DISTINCT FROM (o.approver_id, o.because) THEN
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

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION approval_step_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    request approval;
BEGIN
    SELECT a.* INTO request FROM approval AS a WHERE a.id = NEW.approval_id;
    IF NEW.approver_id = request.requester_id THEN
        RAISE EXCEPTION 'nobody approves the own request'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_four_eyes';
    END IF;
    IF NEW.state <> 'dropped' AND NOT EXISTS (
        SELECT
        FROM staff AS s
        WHERE s.id = NEW.approver_id
            AND s.role IN ('supervisor', 'risk', 'compliance')
            AND s.disabled_at IS NULL
    ) THEN
        RAISE EXCEPTION 'who is neither supervisor, risk control nor compliance, or is disabled, approves nothing'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_able_approver';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF request.requester_id IS DISTINCT FROM acting_staff()
           OR request.state <> 'pending'
           OR request.submitted_at <> now()
           OR NEW.state NOT IN ('later', 'pending') THEN
            RAISE EXCEPTION 'steps come with the request and undecided' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.approval_id, NEW.position) IS DISTINCT FROM (OLD.approval_id, OLD.position) THEN
        RAISE EXCEPTION 'a step''s identity is written once' USING ERRCODE = '42501';
    END IF;
    IF NOT approval_step_may_move(OLD, NEW, request.requester_id, request.state)
       AND NOT (acts_as_owner(TG_RELID) AND NEW.state = 'dropped' AND OLD.state IN ('later', 'pending')) THEN
        RAISE EXCEPTION 'step: % to % is not for %', OLD.state, NEW.state, acting_staff() USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd

-- What happened is said by who did it, when it was done.
-- +goose StatementBegin
CREATE FUNCTION approval_event_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    NEW.at := clock_timestamp();
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
CREATE TRIGGER approval_event_guard
    BEFORE INSERT ON approval_event
    FOR EACH ROW EXECUTE FUNCTION approval_event_guard();

-- A grant only ever ends: once, now, by its holder, or with the holder's role,
-- branch or employment.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION access_grant_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL
       OR NEW.ended_at IS DISTINCT FROM now()
       OR (to_jsonb(NEW) - 'ended_at' - 'end_reason') <> (to_jsonb(OLD) - 'ended_at' - 'end_reason') THEN
        RAISE EXCEPTION 'a grant only ends, once' USING ERRCODE = '42501';
    END IF;
    IF NEW.end_reason = 'handed_back' AND acting_staff() IS DISTINCT FROM OLD.staff_id
       OR NEW.end_reason <> 'handed_back' AND NOT acts_as_owner(TG_RELID) AND acting_staff() IS DISTINCT FROM -1 THEN
        RAISE EXCEPTION 'a grant is handed back by its holder' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd

-- Open requests end with role, branch or employment too: approved later, they
-- would open a file that is no longer the person's to see.
-- +goose StatementBegin
CREATE FUNCTION staff_change_ends_requests() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    gone record;
BEGIN
    FOR gone IN
        UPDATE approval
        SET state = 'withdrawn',
            closed_at = now()
        WHERE requester_id = NEW.id
            AND state IN ('pending', 'returned')
        RETURNING id
    LOOP
        INSERT INTO approval_event (approval_id, staff_id, kind, comment)
        VALUES (gone.id, NEW.id, 'withdrawn', '申请人的岗位、机构或任职已变动，申请自动失效。');
        PERFORM pg_notify('liuhen', 'inbox:' || s.approver_id)
        FROM approval_step AS s
        WHERE s.approval_id = gone.id
            AND s.state = 'pending';
        UPDATE approval_step
        SET state = 'dropped'
        WHERE approval_id = gone.id
            AND state IN ('later', 'pending');
    END LOOP;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER staff_change_ends_requests
    AFTER UPDATE ON staff
    FOR EACH ROW
    WHEN (
        NEW.disabled_at IS NOT NULL AND OLD.disabled_at IS NULL
        OR NEW.role <> OLD.role
        OR NEW.branch_id <> OLD.branch_id
    )
    EXECUTE FUNCTION staff_change_ends_requests();

-- Somebody's live requests and the history of a person with a customer.
CREATE INDEX access_grant_staff_idx ON access_grant (staff_id, granted_at DESC, id DESC);
CREATE INDEX approval_live_idx ON approval (requester_id, customer_id) WHERE state IN ('pending', 'returned');
