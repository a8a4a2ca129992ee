-- +goose Up

-- A request may be submitted and approved at once by the policy itself: the
-- owner's open_exempt_grant writes it so, and nobody else can.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION approval_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    actor bigint := acting_staff();
    decided text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.requester_id IS DISTINCT FROM actor
           OR NEW.submitted_at <> now()
           OR NEW.state <> 'pending' AND NOT (NEW.state = 'approved' AND NEW.kind = 'access' AND acts_as_owner(TG_RELID)) THEN
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

-- open_exempt_grant opens one group of a customer to who acts, without asking
-- anybody, where the policy in force says so: for the manager of the customer or
-- the people of its branch, as long as the policy suggests. It is the only way
-- to a grant besides open_access_grants and break-glass; what it opens is kept
-- as a request that the policy approved. It returns the request's id.
-- +goose StatementBegin
CREATE FUNCTION open_exempt_grant(customer bigint, wanted text, purpose text) RETURNS bigint
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    me       staff;
    relation text;
    rule     access_policy_row;
    named    text;
    latest   integer;
    request  bigint;
BEGIN
    SELECT s.* INTO me
    FROM staff AS s
    WHERE s.id = acting_staff()
        AND s.disabled_at IS NULL
        AND s.role IN ('manager', 'supervisor', 'risk', 'compliance');
    relation := access_relation(me.id, open_exempt_grant.customer);
    IF relation IS NULL
       OR relation NOT IN ('managing', 'branch')
       OR me.role = 'manager' AND relation <> 'managing'
       OR me.role = 'supervisor' AND NOT in_branch((SELECT c.branch_id FROM customer AS c WHERE c.id = open_exempt_grant.customer), me.branch_id) THEN
        RAISE EXCEPTION 'the policy exempts who serves the customer'
            USING ERRCODE = '23514', CONSTRAINT = 'access_exempt';
    END IF;
    rule := access_rule(me.role, relation, wanted, open_exempt_grant.purpose);
    IF rule.way IS DISTINCT FROM 'exempt' THEN
        RAISE EXCEPTION 'the policy in force asks for an approval'
            USING ERRCODE = '23514', CONSTRAINT = 'access_exempt';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('access/' || me.id || '/' || open_exempt_grant.customer, 0));
    IF EXISTS (
        SELECT
        FROM access_grant AS g
        WHERE g.staff_id = me.id
            AND g.customer_id = open_exempt_grant.customer
            AND g.field_group = wanted
            AND g.ended_at IS NULL
            AND g.expires_at > now()
    ) THEN
        RAISE EXCEPTION 'the group is open already' USING ERRCODE = '23505', CONSTRAINT = 'access_open_already';
    END IF;
    SELECT max(p.version) INTO latest FROM access_policy AS p;
    named := CASE wanted
        WHEN 'contact' THEN '联系方式'
        WHEN 'identity' THEN '证件'
        WHEN 'assets' THEN '资产'
        ELSE '交易流水'
    END;
    INSERT INTO approval (kind, state, requester_id, customer_id, title, closed_at)
    SELECT 'access', 'approved', me.id, c.id, '调阅 ' || c.name || '的' || named || '（免审批）', now()
    FROM customer AS c
    WHERE c.id = open_exempt_grant.customer
    RETURNING id INTO request;
    INSERT INTO approval_event (approval_id, staff_id, kind, comment)
    VALUES (request, me.id, 'submitted', '按调阅政策第 ' || latest || ' 版免审批');
    INSERT INTO access_request (approval_id, customer_id, groups, purpose, reason, minutes, policy_version)
    VALUES (
        request,
        open_exempt_grant.customer,
        ARRAY[wanted],
        open_exempt_grant.purpose,
        '按调阅政策第 ' || latest || ' 版，' || CASE relation WHEN 'managing' THEN '主办经理' ELSE '本机构' END || '免审批',
        rule.suggested_minutes,
        latest
    );
    INSERT INTO access_grant (approval_id, staff_id, customer_id, field_group, granted_at, expires_at)
    VALUES (request, me.id, open_exempt_grant.customer, wanted, now(), now() + make_interval(mins => rule.suggested_minutes));
    RETURN request;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION open_exempt_grant(bigint, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_exempt_grant(bigint, text, text) TO liuhen_app;
