-- +goose Up

-- What is asked for is written by the requester, and changed only while the
-- request lies returned. An approver may leave less of it, in the transaction of
-- the own approval, and never more than stood before.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION access_request_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    asked approval;
BEGIN
    IF acts_as_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    SELECT a.* INTO asked FROM approval AS a WHERE a.id = NEW.approval_id AND a.kind = 'access';
    IF TG_OP = 'UPDATE' AND (NEW.approval_id, NEW.customer_id) IS DISTINCT FROM (OLD.approval_id, OLD.customer_id)
       OR asked.customer_id IS DISTINCT FROM NEW.customer_id THEN
        RAISE EXCEPTION 'a request keeps its customer' USING ERRCODE = '42501';
    END IF;
    IF asked.requester_id = acting_staff()
       AND NEW.granted_groups IS NULL
       AND (TG_OP = 'INSERT' AND asked.state = 'pending' AND asked.submitted_at = now()
            OR TG_OP = 'UPDATE' AND asked.state = 'returned') THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
       AND (to_jsonb(NEW) - 'granted_groups' - 'granted_minutes') = (to_jsonb(OLD) - 'granted_groups' - 'granted_minutes')
       AND NEW.granted_groups <@ COALESCE(OLD.granted_groups, OLD.groups)
       AND NEW.granted_minutes <= COALESCE(OLD.granted_minutes, OLD.minutes)
       AND EXISTS (
           SELECT
           FROM approval_step AS s
           WHERE s.approval_id = NEW.approval_id
               AND s.approver_id = acting_staff()
               AND s.state = 'approved'
               AND s.decided_at = now()
       ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a request is written by its requester, and only narrowed by its approver' USING ERRCODE = '42501';
END
$$;
-- +goose StatementEnd

-- holds_policy reports whether the policy in force lets an approved request open
-- a group: as long as it asks, with the task it names, decided by whom it was.
-- +goose StatementBegin
CREATE FUNCTION holds_policy(request access_request, requester bigint, wanted text) RETURNS boolean
    LANGUAGE sql
    STABLE
AS $$
    SELECT COALESCE(request.granted_minutes, request.minutes) <= p.max_minutes
        AND (NOT p.task OR request.task <> '')
        AND (p.way <> 'superior_compliance' OR EXISTS (
            SELECT
            FROM approval_step AS s
            JOIN staff AS c ON c.id = s.approver_id
            WHERE s.approval_id = request.approval_id
                AND s.state = 'approved'
                AND c.role = 'compliance'
        ))
    FROM staff AS q
    CROSS JOIN LATERAL access_rule(q.role, access_relation(q.id, request.customer_id), wanted, request.purpose) AS p
    WHERE q.id = requester
$$;
-- +goose StatementEnd

-- open_access_grants opens what the approvers left of a request, and only what
-- the policy in force allows. It stays the only way from an approval to a grant.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION open_access_grants(approval bigint) RETURNS integer
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    opened integer;
BEGIN
    IF EXISTS (
        SELECT
        FROM approval AS a
        JOIN access_request AS r ON r.approval_id = a.id
        CROSS JOIN LATERAL unnest(COALESCE(r.granted_groups, r.groups)) AS g (field_group)
        WHERE a.id = open_access_grants.approval
            AND holds_policy(r, a.requester_id, g.field_group) IS NOT TRUE
    ) THEN
        RAISE EXCEPTION 'request % is more than the policy in force allows', approval
            USING ERRCODE = '23514', CONSTRAINT = 'access_by_policy';
    END IF;
    INSERT INTO access_grant (approval_id, staff_id, customer_id, field_group, granted_at, expires_at)
    SELECT
        a.id,
        a.requester_id,
        r.customer_id,
        g.field_group,
        now(),
        now() + make_interval(mins => COALESCE(r.granted_minutes, r.minutes))
    FROM approval AS a
    JOIN access_request AS r ON r.approval_id = a.id
    CROSS JOIN LATERAL unnest(COALESCE(r.granted_groups, r.groups)) AS g (field_group)
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
