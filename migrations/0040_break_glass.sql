-- +goose Up

-- Break-glass (紧急调阅): who serves a customer opens closed groups at once and
-- for minutes only, in the own name, with a reason; the superior or compliance
-- reviews it afterwards. The review is an approval of kind break_glass that
-- pends while the grants are already open. Only open_break_glass opens them.

-- What was opened by break-glass is marked for good.
ALTER TABLE access_request
    ADD COLUMN urgent boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT access_request_urgent_short CHECK (NOT urgent OR minutes <= 15);

-- An ordinary request keeps its guard; one that is urgent is written by
-- open_break_glass alone and never changes. An urgent request made ordinary
-- meets the ordinary guard, which refuses it: its approval is of another kind.
DROP TRIGGER access_request_guard ON access_request;
CREATE TRIGGER access_request_guard
    BEFORE INSERT OR UPDATE ON access_request
    FOR EACH ROW
    WHEN (NOT NEW.urgent)
    EXECUTE FUNCTION access_request_guard();

-- +goose StatementBegin
CREATE FUNCTION access_request_urgent_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR NOT acts_as_owner(TG_RELID) THEN
        RAISE EXCEPTION 'an urgent request is written by open_break_glass, once' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER access_request_urgent_guard
    BEFORE INSERT OR UPDATE ON access_request
    FOR EACH ROW
    WHEN (NEW.urgent)
    EXECUTE FUNCTION access_request_urgent_guard();

-- One break-glass: until when it has to be reviewed, and when its stop was
-- written on the trail.
CREATE TABLE break_glass (
    approval_id bigint      NOT NULL,
    staff_id    bigint      NOT NULL,
    customer_id bigint      NOT NULL,
    opened_at   timestamptz NOT NULL DEFAULT now(),
    review_due  timestamptz NOT NULL,
    stopped_at  timestamptz,
    CONSTRAINT break_glass_pk PRIMARY KEY (approval_id),
    CONSTRAINT break_glass_approval_fk FOREIGN KEY (approval_id) REFERENCES approval (id),
    CONSTRAINT break_glass_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT break_glass_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT break_glass_review_later CHECK (review_due > opened_at),
    CONSTRAINT break_glass_stop_later CHECK (stopped_at >= opened_at)
);
CREATE INDEX break_glass_open_idx ON break_glass (approval_id) WHERE stopped_at IS NULL;
CREATE INDEX break_glass_opened_idx ON break_glass (opened_at DESC, approval_id DESC);
GRANT SELECT ON break_glass TO liuhen_app;
GRANT UPDATE (stopped_at) ON break_glass TO liuhen_app;

-- Only the program says that a break-glass has stopped, once, when nothing of
-- it is open any more.
-- +goose StatementBegin
CREATE FUNCTION break_glass_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acting_staff() IS DISTINCT FROM -1
       OR OLD.stopped_at IS NOT NULL
       OR NEW.stopped_at IS DISTINCT FROM now()
       OR EXISTS (
        SELECT
        FROM access_grant AS g
        WHERE g.approval_id = OLD.approval_id
            AND g.ended_at IS NULL
            AND g.expires_at > now()
    ) THEN
        RAISE EXCEPTION 'a break-glass stops once, when nothing of it is open' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER break_glass_guard
    BEFORE UPDATE ON break_glass
    FOR EACH ROW EXECUTE FUNCTION break_glass_guard();

-- Nobody has two that are not reviewed.
CREATE UNIQUE INDEX break_glass_one_unreviewed ON approval (requester_id)
    WHERE kind = 'break_glass' AND state = 'pending';

-- A review ends by its verdict and by nothing else: who used break-glass does
-- not withdraw it, it is not sent back, and it outlives the person's role,
-- branch and employment (the trigger of staff that ends requests passes it by).
-- +goose StatementBegin
CREATE FUNCTION break_glass_review_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.state NOT IN ('withdrawn', 'returned') THEN
        RETURN NEW;
    END IF;
    IF acts_as_owner(TG_RELID) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'a break-glass is reviewed, not %', NEW.state
        USING ERRCODE = '23514', CONSTRAINT = 'break_glass_reviewed';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER approval_break_glass_guard
    BEFORE UPDATE ON approval
    FOR EACH ROW
    WHEN (OLD.kind = 'break_glass' AND NEW.state <> OLD.state)
    EXECUTE FUNCTION break_glass_review_guard();

-- +goose StatementBegin
CREATE FUNCTION break_glass_step_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF EXISTS (
        SELECT
        FROM approval AS a
        WHERE a.id = NEW.approval_id
            AND a.kind = 'break_glass'
    ) THEN
        RAISE EXCEPTION 'a break-glass is reviewed, not %', NEW.state
            USING ERRCODE = '23514', CONSTRAINT = 'break_glass_reviewed';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER approval_step_break_glass_guard
    BEFORE UPDATE ON approval_step
    FOR EACH ROW
    WHEN (NEW.state IN ('dropped', 'returned') AND NEW.state <> OLD.state)
    EXECUTE FUNCTION break_glass_step_guard();

-- one_working_day_after is the same time of the next day that is no weekend, in
-- the institution's zone.
-- +goose StatementBegin
CREATE FUNCTION one_working_day_after(at timestamptz) RETURNS timestamptz
    LANGUAGE sql
    STABLE
AS $$
    SELECT at + make_interval(days => CASE extract(isodow FROM at AT TIME ZONE 'Asia/Shanghai')
        WHEN 5 THEN 3
        WHEN 6 THEN 2
        ELSE 1
    END)
$$;
-- +goose StatementEnd

-- serves_customer reports whether a person looks after the customer: the own
-- ones of a manager, those of a supervisor's branch and below.
-- +goose StatementBegin
CREATE FUNCTION serves_customer(who bigint, customer bigint) RETURNS boolean
    LANGUAGE sql
    STABLE
AS $$
    SELECT EXISTS (
        WITH RECURSIVE below AS (
            SELECT s.branch_id AS id
            FROM staff AS s
            WHERE s.id = who
            UNION
            SELECT b.id
            FROM branch AS b
            JOIN below ON b.parent_id = below.id
        )
        SELECT
        FROM staff AS s
        JOIN customer AS c ON c.id = serves_customer.customer
        WHERE s.id = who
            AND s.disabled_at IS NULL
            AND CASE s.role
                WHEN 'manager' THEN c.manager_id = s.id
                WHEN 'supervisor' THEN c.branch_id IN (SELECT below.id FROM below)
                ELSE false
            END
    )
$$;
-- +goose StatementEnd

-- open_break_glass opens groups of the customer of a review for fifteen minutes:
-- for who acts, in the transaction that submitted the review, of a customer
-- they look after, with the reason kept. It is the only way past an approval.
-- +goose StatementBegin
CREATE FUNCTION open_break_glass(approval bigint, groups text[], reason text) RETURNS timestamptz
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    minutes constant smallint := 15;
    actor   bigint := acting_staff();
    review  record;
BEGIN
    SELECT
        a.id,
        a.customer_id
    INTO review
    FROM approval AS a
    JOIN approval_step AS s ON s.approval_id = a.id
    WHERE a.id = open_break_glass.approval
        AND a.kind = 'break_glass'
        AND a.state = 'pending'
        AND a.submitted_at = now()
        AND a.requester_id = actor
        AND a.customer_id IS NOT NULL
        AND s.state = 'pending';
    IF review.id IS NULL THEN
        RAISE EXCEPTION 'break-glass needs the own review, submitted now' USING ERRCODE = '42501';
    END IF;
    IF NOT serves_customer(actor, review.customer_id) THEN
        RAISE EXCEPTION 'break-glass is for who looks after the customer'
            USING ERRCODE = '23514', CONSTRAINT = 'break_glass_scope';
    END IF;
    INSERT INTO access_request (approval_id, customer_id, groups, purpose, reason, minutes, urgent)
    VALUES (review.id, review.customer_id, open_break_glass.groups, 'other', open_break_glass.reason, minutes, true);
    INSERT INTO break_glass (approval_id, staff_id, customer_id, review_due)
    VALUES (review.id, actor, review.customer_id, one_working_day_after(now()));
    INSERT INTO access_grant (approval_id, staff_id, customer_id, field_group, granted_at, expires_at)
    SELECT
        review.id,
        actor,
        review.customer_id,
        g.field_group,
        now(),
        now() + make_interval(mins => minutes)
    FROM unnest(open_break_glass.groups) AS g (field_group);
    RETURN now() + make_interval(mins => minutes);
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION open_break_glass(bigint, text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_break_glass(bigint, text[], text) TO liuhen_app;
