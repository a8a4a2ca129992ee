-- +goose Up

-- Who served a customer before. The open part of the file names the manager of
-- today; whoever was it until a change is kept here, by the change itself.
CREATE TABLE customer_manager_past (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    customer_id bigint      NOT NULL,
    staff_id    bigint      NOT NULL,
    since       date,
    until       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT customer_manager_past_pk PRIMARY KEY (id),
    CONSTRAINT customer_manager_past_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT customer_manager_past_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id)
);
CREATE INDEX customer_manager_past_idx ON customer_manager_past (customer_id, staff_id);

-- +goose StatementBegin
CREATE FUNCTION customer_keeps_past_manager() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    INSERT INTO customer_manager_past (customer_id, staff_id, since)
    VALUES (OLD.id, OLD.manager_id, OLD.managed_since);
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER customer_keeps_past_manager
    AFTER UPDATE OF manager_id ON customer
    FOR EACH ROW
    WHEN (OLD.manager_id IS NOT NULL AND NEW.manager_id IS DISTINCT FROM OLD.manager_id)
    EXECUTE FUNCTION customer_keeps_past_manager();
GRANT SELECT ON customer_manager_past TO liuhen_app;

-- in_branch reports whether a branch is another one or lies below it.
-- +goose StatementBegin
CREATE FUNCTION in_branch(inner_branch bigint, outer_branch bigint) RETURNS boolean
    LANGUAGE sql
    STABLE
AS $$
    WITH RECURSIVE above AS (
        SELECT inner_branch AS id
        UNION
        SELECT b.parent_id
        FROM branch AS b
        JOIN above AS a ON a.id = b.id
    )
    SELECT EXISTS (
        SELECT
        FROM above AS a
        WHERE a.id = outer_branch
    )
$$;
-- +goose StatementEnd

-- access_relation is how a person stands to a customer, as the policy asks it:
-- the manager of today, the own branch and below, a manager of before, other.
-- +goose StatementBegin
CREATE FUNCTION access_relation(person bigint, customer bigint) RETURNS text
    LANGUAGE sql
    STABLE
AS $$
    SELECT CASE
        WHEN c.manager_id = s.id THEN 'managing'
        WHEN in_branch(c.branch_id, s.branch_id) THEN 'branch'
        WHEN EXISTS (
            SELECT
            FROM customer_manager_past AS p
            WHERE p.customer_id = c.id
                AND p.staff_id = s.id
        ) THEN 'former'
        ELSE 'other'
    END
    FROM customer AS c
    CROSS JOIN staff AS s
    WHERE c.id = access_relation.customer
        AND s.id = access_relation.person
$$;
-- +goose StatementEnd

-- The access policy, version by version. A row without a version is a proposal
-- that waits for the second person or was not accepted; the one with the highest
-- version is in force.
CREATE TABLE access_policy (
    id               bigint      GENERATED ALWAYS AS IDENTITY,
    version          integer,
    base             integer     NOT NULL,
    approval_id      bigint,
    author_id        bigint,
    approver_id      bigint,
    note             text        NOT NULL,
    proposed_at      timestamptz NOT NULL DEFAULT now(),
    in_force_at      timestamptz,
    work_from        smallint    NOT NULL,
    work_to          smallint    NOT NULL,
    quiet_from       smallint    NOT NULL,
    quiet_to         smallint    NOT NULL,
    files_a_day      smallint    NOT NULL,
    often_a_week     smallint    NOT NULL,
    mark_unserved    boolean     NOT NULL,
    mark_outside     boolean     NOT NULL,
    escalate_minutes integer     NOT NULL,
    CONSTRAINT access_policy_pk PRIMARY KEY (id),
    CONSTRAINT access_policy_version_unique UNIQUE (version),
    CONSTRAINT access_policy_approval_unique UNIQUE (approval_id),
    CONSTRAINT access_policy_approval_fk FOREIGN KEY (approval_id) REFERENCES approval (id),
    CONSTRAINT access_policy_author_fk FOREIGN KEY (author_id) REFERENCES staff (id),
    CONSTRAINT access_policy_approver_fk FOREIGN KEY (approver_id) REFERENCES staff (id),
    CONSTRAINT access_policy_in_force CHECK ((version IS NULL) = (in_force_at IS NULL)),
    CONSTRAINT access_policy_two_people CHECK (version IS NULL OR version = 1 OR (author_id IS NOT NULL AND approver_id IS NOT NULL AND author_id <> approver_id)),
    CONSTRAINT access_policy_note_length CHECK (char_length(note) BETWEEN 4 AND 300),
    CONSTRAINT access_policy_work CHECK (work_from BETWEEN 0 AND 23 AND work_to BETWEEN 1 AND 24 AND work_from < work_to),
    CONSTRAINT access_policy_quiet CHECK (quiet_from BETWEEN 0 AND 23 AND quiet_to BETWEEN 0 AND 23),
    CONSTRAINT access_policy_files CHECK (files_a_day BETWEEN 0 AND 1000),
    CONSTRAINT access_policy_often CHECK (often_a_week = 0 OR often_a_week BETWEEN 2 AND 100),
    CONSTRAINT access_policy_escalate CHECK (escalate_minutes = 0 OR escalate_minutes BETWEEN 10 AND 14400)
);

-- A line of the policy. An empty column means any. The line that names most
-- wins; among lines that name equally many the order is role, relation, group,
-- purpose, so that weight tells any two lines that fit the same request apart.
CREATE TABLE access_policy_row (
    policy_id         bigint   NOT NULL,
    role              text     NOT NULL,
    relation          text     NOT NULL,
    field_group       text     NOT NULL,
    purpose           text     NOT NULL,
    way               text     NOT NULL,
    max_minutes       smallint NOT NULL,
    suggested_minutes smallint NOT NULL,
    task              boolean  NOT NULL,
    weight            smallint GENERATED ALWAYS AS (
        (CASE WHEN role = '' THEN 0 ELSE 24 END)
        + (CASE WHEN relation = '' THEN 0 ELSE 20 END)
        + (CASE WHEN field_group = '' THEN 0 ELSE 18 END)
        + (CASE WHEN purpose = '' THEN 0 ELSE 17 END)
    ) STORED,
    CONSTRAINT access_policy_row_pk PRIMARY KEY (policy_id, role, relation, field_group, purpose),
    CONSTRAINT access_policy_row_policy_fk FOREIGN KEY (policy_id) REFERENCES access_policy (id),
    CONSTRAINT access_policy_row_role CHECK (role IN ('', 'manager', 'supervisor', 'risk', 'compliance')),
    CONSTRAINT access_policy_row_relation CHECK (relation IN ('', 'managing', 'branch', 'former', 'other')),
    CONSTRAINT access_policy_row_group CHECK (field_group IN ('', 'contact', 'identity', 'assets', 'transactions')),
    CONSTRAINT access_policy_row_purpose CHECK (purpose IN ('', 'service', 'complaint', 'suitability', 'reconciliation', 'inspection', 'other')),
    CONSTRAINT access_policy_row_way CHECK (way IN ('exempt', 'superior', 'superior_compliance')),
    CONSTRAINT access_policy_row_minutes CHECK (suggested_minutes BETWEEN 10 AND max_minutes AND max_minutes <= 480),
    CONSTRAINT access_policy_row_exempt CHECK (way <> 'exempt' OR (relation IN ('managing', 'branch') AND field_group <> '' AND purpose = '' AND NOT task))
);

-- Version 1 is what the portal did before it had a policy, except that somebody's
-- certificate is shown for inspections and other purposes only with compliance.
INSERT INTO access_policy (
    version, base, note, in_force_at, work_from, work_to, quiet_from, quiet_to,
    files_a_day, often_a_week, mark_unserved, mark_outside, escalate_minutes
)
VALUES (1, 0, '随系统启用的初始政策。', now(), 8, 19, 0, 6, 20, 4, true, true, 240);
INSERT INTO access_policy_row (policy_id, role, relation, field_group, purpose, way, max_minutes, suggested_minutes, task)
SELECT p.id, '', '', r.field_group, r.purpose, r.way, r.max_minutes, r.suggested_minutes, r.task
FROM access_policy AS p
CROSS JOIN (
    VALUES
        ('', '', 'superior', 480, 30, false),
        ('', 'complaint', 'superior', 480, 120, false),
        ('', 'reconciliation', 'superior', 480, 120, false),
        ('', 'inspection', 'superior', 480, 240, false),
        ('identity', 'inspection', 'superior_compliance', 240, 120, false),
        ('identity', 'other', 'superior_compliance', 120, 30, false)
) AS r (field_group, purpose, way, max_minutes, suggested_minutes, task);

-- access_rule is the line of the policy in force for a request: the one that
-- names most of it. Policy.Decide is the same rule in the program.
-- +goose StatementBegin
CREATE FUNCTION access_rule(role text, relation text, field_group text, purpose text) RETURNS access_policy_row
    LANGUAGE sql
    STABLE
AS $$
    SELECT r.*
    FROM access_policy_row AS r
    WHERE r.policy_id = (
            SELECT p.id
            FROM access_policy AS p
            WHERE p.version IS NOT NULL
            ORDER BY p.version DESC
            LIMIT 1
        )
        AND r.role IN ('', access_rule.role)
        AND r.relation IN ('', access_rule.relation)
        AND r.field_group IN ('', access_rule.field_group)
        AND r.purpose IN ('', access_rule.purpose)
    ORDER BY r.weight DESC
    LIMIT 1
$$;
-- +goose StatementEnd

-- A proposal is written by compliance or risk control in their own name, with
-- the request for the second person's approval, and never changed.
-- +goose StatementBegin
CREATE FUNCTION access_policy_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acts_as_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT'
       OR acting_role() IS NULL
       OR acting_role() NOT IN ('compliance', 'risk')
       OR NEW.author_id IS DISTINCT FROM acting_staff()
       OR NEW.version IS NOT NULL
       OR NEW.approver_id IS NOT NULL
       OR NEW.proposed_at <> now()
       OR NOT EXISTS (
           SELECT
           FROM approval AS a
           WHERE a.id = NEW.approval_id
               AND a.kind = 'access_policy'
               AND a.requester_id = acting_staff()
               AND a.state = 'pending'
               AND a.submitted_at = now()
       ) THEN
        RAISE EXCEPTION 'a policy is proposed by compliance or risk control, once' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER access_policy_guard
    BEFORE INSERT OR UPDATE OR DELETE ON access_policy
    FOR EACH ROW EXECUTE FUNCTION access_policy_guard();

-- +goose StatementBegin
CREATE FUNCTION access_policy_row_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR NOT EXISTS (
        SELECT
        FROM access_policy AS p
        WHERE p.id = NEW.policy_id
            AND p.version IS NULL
            AND p.author_id = acting_staff()
            AND p.proposed_at = now()
    ) THEN
        RAISE EXCEPTION 'the lines of a policy come with its proposal' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER access_policy_row_guard
    BEFORE INSERT OR UPDATE OR DELETE ON access_policy_row
    FOR EACH ROW EXECUTE FUNCTION access_policy_row_guard();

-- publish_access_policy puts a proposal in force: called by its approver in the
-- transaction of the approval, on the version it was written on.
-- +goose StatementBegin
CREATE FUNCTION publish_access_policy(approval bigint) RETURNS integer
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    latest integer;
    published integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('access/policy', 0));
    SELECT max(p.version) INTO latest FROM access_policy AS p;
    UPDATE access_policy AS p
    SET version = latest + 1,
        in_force_at = now(),
        approver_id = acting_staff()
    FROM approval AS a
    WHERE p.approval_id = publish_access_policy.approval
        AND p.version IS NULL
        AND p.base = latest
        AND a.id = p.approval_id
        AND a.kind = 'access_policy'
        AND a.state = 'approved'
        AND a.closed_at = now()
        AND a.requester_id = p.author_id
        AND p.author_id <> acting_staff()
        AND acting_role() IN ('compliance', 'risk')
        AND EXISTS (
            SELECT
            FROM approval_step AS s
            WHERE s.approval_id = a.id
                AND s.approver_id = acting_staff()
                AND s.state = 'approved'
                AND s.decided_at = now()
        )
        AND EXISTS (
            SELECT
            FROM access_policy_row AS r
            WHERE r.policy_id = p.id
                AND r.weight = 0
        )
    RETURNING p.version INTO published;
    IF published IS NULL THEN
        RAISE EXCEPTION 'proposal of request % does not come into force', approval
            USING ERRCODE = '42501', CONSTRAINT = 'access_policy_publish';
    END IF;
    RETURN published;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION publish_access_policy(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION publish_access_policy(bigint) TO liuhen_app;
GRANT SELECT, INSERT ON access_policy, access_policy_row TO liuhen_app;

-- A request names the task it is for, where the policy wants one, and keeps
-- what its approvers left of it.
ALTER TABLE access_request
    ADD COLUMN task text NOT NULL DEFAULT '',
    ADD COLUMN policy_version integer NOT NULL DEFAULT 1,
    ADD COLUMN granted_groups text[],
    ADD COLUMN granted_minutes smallint,
    ADD CONSTRAINT access_request_task CHECK (char_length(task) <= 40 AND task !~ '[[:cntrl:]]'),
    ADD CONSTRAINT access_request_granted CHECK (
        (granted_groups IS NULL) = (granted_minutes IS NULL)
        AND (granted_groups IS NULL OR cardinality(granted_groups) > 0 AND granted_groups <@ groups)
        AND (granted_minutes IS NULL OR granted_minutes BETWEEN 10 AND minutes)
    );
