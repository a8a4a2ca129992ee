-- +goose Up

-- One request may ask for the same groups of several customers (kind
-- access_many): a row of access_request for each of them, one reason for all. It
-- is about no single customer, so approval.customer_id is empty, and it takes the
-- superior and compliance, whatever the policy asks for a single file.
ALTER TABLE access_request
    DROP CONSTRAINT access_request_pk,
    ADD CONSTRAINT access_request_pk PRIMARY KEY (approval_id, customer_id),
    ADD COLUMN left_out boolean NOT NULL DEFAULT false;
ALTER TABLE access_grant
    DROP CONSTRAINT access_grant_once,
    ADD CONSTRAINT access_grant_once UNIQUE (approval_id, customer_id, field_group);

-- How many customers one request may name; 0 for one only.
ALTER TABLE access_policy
    ADD COLUMN many_customers smallint NOT NULL DEFAULT 20,
    ADD CONSTRAINT access_policy_many CHECK (many_customers = 0 OR many_customers BETWEEN 2 AND 100);

-- What is asked for is written by the requester, and changed only while the
-- request lies returned. An approver may leave less of it, in the transaction of
-- the own approval, and never more than stood before: fewer groups, less time,
-- and of several customers fewer.
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
    SELECT a.* INTO asked FROM approval AS a WHERE a.id = NEW.approval_id AND a.kind IN ('access', 'access_many');
    IF TG_OP = 'UPDATE' AND (NEW.approval_id, NEW.customer_id) IS DISTINCT FROM (OLD.approval_id, OLD.customer_id)
       OR asked.id IS NULL
       OR asked.kind = 'access' AND (asked.customer_id IS DISTINCT FROM NEW.customer_id OR NEW.left_out)
       OR asked.kind = 'access_many' AND asked.customer_id IS NOT NULL THEN
        RAISE EXCEPTION 'a request keeps its customer' USING ERRCODE = '42501';
    END IF;
    IF asked.requester_id = acting_staff()
       AND NEW.granted_groups IS NULL
       AND NOT NEW.left_out
       AND (TG_OP = 'INSERT' AND asked.state = 'pending' AND asked.submitted_at = now()
            OR TG_OP = 'UPDATE' AND asked.state = 'returned') THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
       AND (to_jsonb(NEW) - 'granted_groups' - 'granted_minutes' - 'left_out') = (to_jsonb(OLD) - 'granted_groups' - 'granted_minutes' - 'left_out')
       AND COALESCE(NEW.granted_groups, NEW.groups) <@ COALESCE(OLD.granted_groups, OLD.groups)
       AND COALESCE(NEW.granted_minutes, NEW.minutes) <= COALESCE(OLD.granted_minutes, OLD.minutes)
       AND NEW.left_out >= OLD.left_out
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

-- sees_customer reports whether a customer is within a person's scope: the own
-- ones of a manager, those of a supervisor's branch and below, all of risk
-- control and compliance. The program asks the same in customer.Scope.
-- +goose StatementBegin
CREATE FUNCTION sees_customer(person bigint, customer bigint) RETURNS boolean
    LANGUAGE sql
    STABLE
AS $$
    SELECT EXISTS (
        SELECT
        FROM staff AS s
        JOIN customer AS c ON c.id = sees_customer.customer
        WHERE s.id = sees_customer.person
            AND s.disabled_at IS NULL
            AND CASE s.role
                WHEN 'manager' THEN c.manager_id = s.id
                WHEN 'supervisor' THEN in_branch(c.branch_id, s.branch_id)
                ELSE s.role IN ('risk', 'compliance')
            END
    )
$$;
-- +goose StatementEnd

-- holds_many reports whether a request for several customers keeps to what such
-- a request needs: compliance agreed, the policy in force lets it name so many,
-- and each that is left is the requester's to see. Any other request does.
-- +goose StatementBegin
CREATE FUNCTION holds_many(request bigint) RETURNS boolean
    LANGUAGE sql
    STABLE
AS $$
    SELECT a.kind <> 'access_many' OR (
        EXISTS (
            SELECT
            FROM approval_step AS s
            JOIN staff AS c ON c.id = s.approver_id
            WHERE s.approval_id = a.id
                AND s.state = 'approved'
                AND c.role = 'compliance'
        )
        AND (
            SELECT count(*)
            FROM access_request AS r
            WHERE r.approval_id = a.id
                AND NOT r.left_out
        ) <= (
            SELECT p.many_customers
            FROM access_policy AS p
            WHERE p.version IS NOT NULL
            ORDER BY p.version DESC
            LIMIT 1
        )
        AND NOT EXISTS (
            SELECT
            FROM access_request AS r
            WHERE r.approval_id = a.id
                AND NOT r.left_out
                AND NOT sees_customer(a.requester_id, r.customer_id)
        )
    )
    FROM approval AS a
    WHERE a.id = holds_many.request
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
    IF holds_many(open_access_grants.approval) IS NOT TRUE OR EXISTS (
        SELECT
        FROM approval AS a
        JOIN access_request AS r ON r.approval_id = a.id
        CROSS JOIN LATERAL unnest(COALESCE(r.granted_groups, r.groups)) AS g (field_group)
        WHERE a.id = open_access_grants.approval
            AND NOT r.left_out
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
        AND NOT r.left_out
        AND a.kind IN ('access', 'access_many')
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
