-- +goose Up

-- The approval engine: one table for every kind of request, one for its steps,
-- one for everything that happened to it.
--
--            approve            withdraw
--   pending ---------> approved     ^
--      |  \---------> rejected      |
--      |  reject                    |
--      |------------------------> withdrawn
--      | return                     ^
--      v          resubmit          |
--   returned ------> pending        |
--      \----------------------------/
CREATE TABLE approval_transition (
    from_state text NOT NULL,
    to_state   text NOT NULL,
    CONSTRAINT approval_transition_pk PRIMARY KEY (from_state, to_state)
);
INSERT INTO approval_transition (from_state, to_state)
VALUES
    ('pending', 'approved'),
    ('pending', 'rejected'),
    ('pending', 'returned'),
    ('pending', 'withdrawn'),
    ('returned', 'pending'),
    ('returned', 'withdrawn');

CREATE TABLE approval (
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    kind         text        NOT NULL,
    state        text        NOT NULL DEFAULT 'pending',
    requester_id bigint      NOT NULL,
    customer_id  bigint,
    title        text        NOT NULL,
    step         smallint    NOT NULL DEFAULT 1,
    submitted_at timestamptz NOT NULL DEFAULT now(),
    closed_at    timestamptz,
    CONSTRAINT approval_pk PRIMARY KEY (id),
    CONSTRAINT approval_requester_fk FOREIGN KEY (requester_id) REFERENCES staff (id),
    CONSTRAINT approval_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT approval_kind CHECK (kind ~ '^[a-z_]+$'),
    CONSTRAINT approval_state CHECK (state IN ('pending', 'approved', 'rejected', 'returned', 'withdrawn')),
    CONSTRAINT approval_closed_has_time CHECK ((state IN ('approved', 'rejected', 'withdrawn')) = (closed_at IS NOT NULL)),
    CONSTRAINT approval_title_length CHECK (char_length(title) BETWEEN 1 AND 200)
);
CREATE INDEX approval_requester_idx ON approval (requester_id, submitted_at DESC, id DESC);
CREATE INDEX approval_customer_idx ON approval (customer_id, submitted_at DESC, id DESC) WHERE customer_id IS NOT NULL;

CREATE TABLE approval_step (
    approval_id bigint      NOT NULL,
    position    smallint    NOT NULL,
    approver_id bigint      NOT NULL,
    because     text        NOT NULL,
    state       text        NOT NULL,
    waiting_since timestamptz,
    decided_at  timestamptz,
    comment     text        NOT NULL DEFAULT '',
    CONSTRAINT approval_step_pk PRIMARY KEY (approval_id, position),
    CONSTRAINT approval_step_approval_fk FOREIGN KEY (approval_id) REFERENCES approval (id),
    CONSTRAINT approval_step_approver_fk FOREIGN KEY (approver_id) REFERENCES staff (id),
    CONSTRAINT approval_step_state CHECK (state IN ('later', 'pending', 'approved', 'rejected', 'returned', 'dropped')),
    CONSTRAINT approval_step_decided_has_time CHECK ((state IN ('approved', 'rejected', 'returned')) = (decided_at IS NOT NULL)),
    CONSTRAINT approval_step_pending_has_time CHECK (state <> 'pending' OR waiting_since IS NOT NULL),
    CONSTRAINT approval_step_comment_length CHECK (char_length(comment) <= 500)
);
-- The inbox: who must decide what, longest waiting first. Partial, so it stays
-- as small as the open work whatever the history grows to.
CREATE INDEX approval_step_inbox_idx ON approval_step (approver_id, waiting_since, approval_id) WHERE state = 'pending';
CREATE INDEX approval_step_done_idx ON approval_step (approver_id, decided_at DESC, approval_id DESC) WHERE decided_at IS NOT NULL;

CREATE TABLE approval_event (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    approval_id bigint      NOT NULL,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    staff_id    bigint      NOT NULL,
    kind        text        NOT NULL,
    comment     text        NOT NULL DEFAULT '',
    CONSTRAINT approval_event_pk PRIMARY KEY (id),
    CONSTRAINT approval_event_approval_fk FOREIGN KEY (approval_id) REFERENCES approval (id),
    CONSTRAINT approval_event_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT approval_event_kind CHECK (kind IN ('submitted', 'reminded', 'approved', 'rejected', 'returned', 'resubmitted', 'withdrawn')),
    CONSTRAINT approval_event_comment_length CHECK (char_length(comment) <= 500)
);
CREATE INDEX approval_event_approval_idx ON approval_event (approval_id, id);
CREATE TRIGGER approval_event_written_once
    BEFORE UPDATE OR DELETE ON approval_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A request is submitted in one's own name, moves only along approval_transition,
-- is taken back only by its requester, and is closed by a decision only once a
-- step of it carries that decision.
-- +goose StatementBegin
CREATE FUNCTION approval_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    actor bigint := acting_staff();
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.requester_id IS DISTINCT FROM actor OR NEW.state <> 'pending' THEN
            RAISE EXCEPTION 'a request is submitted in one''s own name' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.kind, NEW.requester_id, NEW.customer_id, NEW.title)
       IS DISTINCT FROM (OLD.id, OLD.kind, OLD.requester_id, OLD.customer_id, OLD.title) THEN
        RAISE EXCEPTION 'a request''s identity is written once' USING ERRCODE = '42501';
    END IF;
    IF NEW.state = OLD.state THEN
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
    IF NEW.state IN ('withdrawn', 'pending') AND actor IS DISTINCT FROM OLD.requester_id THEN
        RAISE EXCEPTION 'only the requester takes a request back or submits it again' USING ERRCODE = '42501';
    END IF;
    IF NEW.state IN ('approved', 'rejected', 'returned') AND NOT EXISTS (
        SELECT
        FROM approval_step AS s
        WHERE s.approval_id = NEW.id
            AND s.state = NEW.state
            AND s.approver_id = actor
            AND s.decided_at = now()
    ) THEN
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
CREATE TRIGGER approval_guard
    BEFORE INSERT OR UPDATE ON approval
    FOR EACH ROW EXECUTE FUNCTION approval_guard();

-- Nobody approves the own request, an administrator approves nothing, and a
-- step is decided only by the person it was routed to, while still employed.
-- +goose StatementBegin
CREATE FUNCTION approval_step_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    actor     bigint := acting_staff();
    requester bigint;
BEGIN
    SELECT a.requester_id INTO requester FROM approval AS a WHERE a.id = NEW.approval_id;
    IF NEW.approver_id = requester THEN
        RAISE EXCEPTION 'nobody approves the own request'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_four_eyes';
    END IF;
    IF NOT EXISTS (
        SELECT
        FROM staff AS s
        WHERE s.id = NEW.approver_id
            AND s.role NOT IN ('admin', 'auditor')
            AND s.disabled_at IS NULL
    ) AND NEW.state NOT IN ('dropped') THEN
        RAISE EXCEPTION 'an administrator, an auditor or a disabled person approves nothing'
            USING ERRCODE = '23514', CONSTRAINT = 'approval_able_approver';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF requester IS DISTINCT FROM actor OR NEW.decided_at IS NOT NULL THEN
            RAISE EXCEPTION 'steps come with the request and undecided' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.approval_id, NEW.position, NEW.because) IS DISTINCT FROM (OLD.approval_id, OLD.position, OLD.because) THEN
        RAISE EXCEPTION 'a step''s identity is written once' USING ERRCODE = '42501';
    END IF;
    IF NEW.state IN ('approved', 'rejected', 'returned') AND NEW.state <> OLD.state
       AND (OLD.state <> 'pending' OR actor IS DISTINCT FROM OLD.approver_id OR NEW.approver_id <> OLD.approver_id OR NEW.decided_at <> now()) THEN
        RAISE EXCEPTION 'a step is decided once, by its approver' USING ERRCODE = '42501';
    END IF;
    IF OLD.state IN ('approved', 'rejected') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'a decision stands' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER approval_step_guard
    BEFORE INSERT OR UPDATE ON approval_step
    FOR EACH ROW EXECUTE FUNCTION approval_step_guard();

GRANT SELECT ON approval_transition TO liuhen_app;
GRANT SELECT, INSERT, UPDATE ON approval, approval_step TO liuhen_app;
GRANT SELECT, INSERT ON approval_event TO liuhen_app;
ALTER TABLE approval_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY approval_event_read ON approval_event FOR SELECT TO liuhen_app USING (true);
CREATE POLICY approval_event_own_name ON approval_event FOR INSERT TO liuhen_app
    WITH CHECK (staff_id = (SELECT acting_staff()));
