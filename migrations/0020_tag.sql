-- +goose Up

-- Tags of customers. A rule is data: a condition over an allowlist of fields,
-- kept as JSON in numbered versions and compiled to SQL by the program. A rule
-- that says something about a closed group by its very name belongs to that
-- group for good, and its tags are hidden with it.
CREATE TABLE tag_rule (
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    code         text        NOT NULL,
    name         text        NOT NULL,
    field_group  text        NOT NULL DEFAULT 'basic',
    created_at   timestamptz NOT NULL DEFAULT now(),
    tagged       bigint      NOT NULL DEFAULT 0,
    evaluated_at timestamptz,
    CONSTRAINT tag_rule_pk PRIMARY KEY (id),
    CONSTRAINT tag_rule_code_unique UNIQUE (code),
    CONSTRAINT tag_rule_code_format CHECK (code ~ '^[A-Z][A-Z0-9-]{1,19}$'),
    CONSTRAINT tag_rule_name_length CHECK (char_length(name) BETWEEN 2 AND 16),
    CONSTRAINT tag_rule_group CHECK (field_group IN ('basic', 'contact', 'identity', 'assets', 'transactions'))
);

--   (new) -> draft -> pending -> published -> retired
--              ^---------|  returned, rejected or withdrawn
CREATE TABLE tag_rule_version (
    rule_id       bigint      NOT NULL,
    version       smallint    NOT NULL,
    state         text        NOT NULL DEFAULT 'draft',
    name          text        NOT NULL,
    description   text        NOT NULL DEFAULT '',
    condition     jsonb       NOT NULL,
    reads         text[]      NOT NULL,
    author_id     bigint,
    created_at    timestamptz NOT NULL DEFAULT now(),
    approval_id   bigint,
    approved_by   bigint,
    published_at  timestamptz,
    retired_at    timestamptz,
    retired_by    bigint,
    retire_reason text        NOT NULL DEFAULT '',
    CONSTRAINT tag_rule_version_pk PRIMARY KEY (rule_id, version),
    CONSTRAINT tag_rule_version_rule_fk FOREIGN KEY (rule_id) REFERENCES tag_rule (id),
    CONSTRAINT tag_rule_version_author_fk FOREIGN KEY (author_id) REFERENCES staff (id),
    CONSTRAINT tag_rule_version_approver_fk FOREIGN KEY (approved_by) REFERENCES staff (id),
    CONSTRAINT tag_rule_version_retirer_fk FOREIGN KEY (retired_by) REFERENCES staff (id),
    CONSTRAINT tag_rule_version_approval_fk FOREIGN KEY (approval_id) REFERENCES approval (id),
    CONSTRAINT tag_rule_version_number CHECK (version > 0),
    CONSTRAINT tag_rule_version_state CHECK (state IN ('draft', 'pending', 'published', 'retired')),
    CONSTRAINT tag_rule_version_name_length CHECK (char_length(name) BETWEEN 2 AND 16),
    CONSTRAINT tag_rule_version_description_length CHECK (char_length(description) <= 200),
    CONSTRAINT tag_rule_version_condition_object CHECK (jsonb_typeof(condition) = 'object'),
    CONSTRAINT tag_rule_version_reads CHECK (reads <@ ARRAY['basic', 'contact', 'identity', 'assets', 'transactions']),
    CONSTRAINT tag_rule_version_pending_has_approval CHECK (state <> 'pending' OR approval_id IS NOT NULL),
    CONSTRAINT tag_rule_version_published_has_time CHECK ((state IN ('published', 'retired')) = (published_at IS NOT NULL)),
    CONSTRAINT tag_rule_version_retired_has_time CHECK ((state = 'retired') = (retired_at IS NOT NULL)),
    CONSTRAINT tag_rule_version_four_eyes CHECK (approved_by <> author_id),
    CONSTRAINT tag_rule_version_two_people CHECK (published_at IS NULL OR (author_id IS NULL) = (approved_by IS NULL))
);
CREATE UNIQUE INDEX tag_rule_version_one_published ON tag_rule_version (rule_id) WHERE state = 'published';
CREATE UNIQUE INDEX tag_rule_version_one_open ON tag_rule_version (rule_id) WHERE state IN ('draft', 'pending');
CREATE INDEX tag_rule_version_approval_idx ON tag_rule_version (approval_id) WHERE approval_id IS NOT NULL;

-- +goose StatementBegin
CREATE FUNCTION tag_rule_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acts_as_owner(TG_RELID) OR acting_staff() = -1 THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' OR acting_role() IS NULL OR acting_role() NOT IN ('compliance', 'risk') OR NEW.tagged <> 0 THEN
        RAISE EXCEPTION 'rules of tags are made by compliance and risk control' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER tag_rule_guard
    BEFORE INSERT OR UPDATE ON tag_rule
    FOR EACH ROW EXECUTE FUNCTION tag_rule_guard();

-- tag_rule_may_move says who may move a version, and when. The program supplies
-- rules of its own (author NULL); everything else takes two people.
-- +goose StatementBegin
CREATE FUNCTION tag_rule_may_move(o tag_rule_version, n tag_rule_version) RETURNS boolean
    LANGUAGE sql
    STABLE
AS $$
    SELECT CASE o.state || ' ' || n.state
        WHEN 'draft draft' THEN
            o.author_id = acting_staff() AND n.approval_id IS NULL
        WHEN 'draft pending' THEN
            o.author_id = acting_staff()
            AND EXISTS (
                SELECT
                FROM approval AS a
                WHERE a.id = n.approval_id
                    AND a.kind = 'tag_rule'
                    AND a.requester_id = o.author_id
                    AND a.state = 'pending'
                    AND a.submitted_at = now()
            )
        WHEN 'pending published' THEN
            n.published_at = now()
            AND n.approved_by = acting_staff()
            AND n.approval_id = o.approval_id
            AND EXISTS (
                SELECT
                FROM approval AS a
                JOIN approval_step AS s ON s.approval_id = a.id
                WHERE a.id = o.approval_id
                    AND a.state = 'approved'
                    AND a.closed_at = now()
                    AND s.approver_id = n.approved_by
                    AND s.decided_at = now()
            )
        WHEN 'published retired' THEN
            n.retired_at = now()
            AND n.retired_by = acting_staff()
            AND acting_role() IN ('compliance', 'risk')
            AND char_length(n.retire_reason) >= 10
        ELSE
            false
    END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION tag_rule_version_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acts_as_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF acting_staff() = -1 AND NEW.author_id IS NULL
           OR acting_role() IN ('compliance', 'risk') AND NEW.author_id = acting_staff() AND NEW.state = 'draft' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a version begins as the draft of who writes it' USING ERRCODE = '42501';
    END IF;
    IF (NEW.rule_id, NEW.version, NEW.author_id, NEW.created_at)
       IS DISTINCT FROM (OLD.rule_id, OLD.version, OLD.author_id, OLD.created_at)
       OR (OLD.state, NEW.state) <> ('draft', 'draft')
          AND (NEW.name, NEW.description, NEW.condition, NEW.reads) IS DISTINCT FROM (OLD.name, OLD.description, OLD.condition, OLD.reads) THEN
        RAISE EXCEPTION 'what was submitted is what is published' USING ERRCODE = '42501';
    END IF;
    IF NOT COALESCE(tag_rule_may_move(OLD, NEW), false) THEN
        RAISE EXCEPTION 'version: % to % is not for %', OLD.state, NEW.state, acting_staff() USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER tag_rule_version_guard
    BEFORE INSERT OR UPDATE ON tag_rule_version
    FOR EACH ROW EXECUTE FUNCTION tag_rule_version_guard();

-- A customer has a tag from since until until. Rows are added and closed, never
-- changed otherwise. A tag by hand has no rule, but a label, a reason and who
-- gave it. Customers cannot go away (liuhen_app may not delete them), so no
-- foreign key is checked row by row: a run writes hundreds of thousands.
CREATE TABLE customer_tag (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    customer_id bigint      NOT NULL,
    rule_id     bigint,
    version     smallint,
    field_group text        NOT NULL,
    label       text        NOT NULL DEFAULT '',
    reason      text        NOT NULL DEFAULT '',
    added_by    bigint,
    since       timestamptz NOT NULL DEFAULT now(),
    until       timestamptz,
    ended       text,
    ended_by    bigint,
    end_reason  text        NOT NULL DEFAULT '',
    CONSTRAINT customer_tag_pk PRIMARY KEY (id),
    CONSTRAINT customer_tag_group CHECK (field_group IN ('basic', 'contact', 'identity', 'assets', 'transactions')),
    CONSTRAINT customer_tag_by_rule CHECK ((rule_id IS NULL) = (version IS NULL)),
    CONSTRAINT customer_tag_by_hand CHECK (
        CASE
            WHEN rule_id IS NULL THEN
                char_length(label) BETWEEN 2 AND 12 AND char_length(reason) BETWEEN 4 AND 200 AND added_by IS NOT NULL AND field_group = 'basic'
            ELSE
                label = '' AND reason = '' AND added_by IS NULL
        END
    ),
    CONSTRAINT customer_tag_end CHECK ((until IS NULL) = (ended IS NULL)),
    CONSTRAINT customer_tag_ended CHECK (ended IN ('gone', 'retired', 'removed')),
    CONSTRAINT customer_tag_removed CHECK ((ended = 'removed') = (ended_by IS NOT NULL) OR ended IS NULL AND ended_by IS NULL),
    CONSTRAINT customer_tag_end_reason CHECK (ended IS DISTINCT FROM 'removed' OR char_length(end_reason) BETWEEN 4 AND 200)
);
CREATE UNIQUE INDEX customer_tag_rule_unique ON customer_tag (rule_id, customer_id) WHERE until IS NULL AND rule_id IS NOT NULL;
CREATE UNIQUE INDEX customer_tag_hand_unique ON customer_tag (customer_id, label) WHERE until IS NULL AND rule_id IS NULL;
CREATE INDEX customer_tag_customer_idx ON customer_tag (customer_id, id DESC);

-- On which facts a tag came: a sentence for each group that the facts are of,
-- written with the tag and hidden with its group.
CREATE TABLE customer_tag_evidence (
    tag_id      bigint NOT NULL,
    customer_id bigint NOT NULL,
    field_group text   NOT NULL,
    body        text   NOT NULL,
    CONSTRAINT customer_tag_evidence_pk PRIMARY KEY (tag_id, field_group),
    CONSTRAINT customer_tag_evidence_group CHECK (field_group IN ('basic', 'contact', 'identity', 'assets', 'transactions'))
);

GRANT SELECT, INSERT ON tag_rule TO liuhen_app;
GRANT UPDATE (tagged, evaluated_at) ON tag_rule TO liuhen_app;
GRANT SELECT, INSERT, UPDATE ON tag_rule_version TO liuhen_app;
GRANT SELECT, INSERT ON customer_tag, customer_tag_evidence TO liuhen_app;
GRANT UPDATE (until, ended, ended_by, end_reason) ON customer_tag TO liuhen_app;

-- What is of the open group is read first: most tags are. Writing is held by
-- policies and not by triggers, which would run once a row.
-- +goose StatementBegin
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['customer_tag', 'customer_tag_evidence']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO liuhen_app USING (field_group = ''basic'')', name || '_basic', name);
        EXECUTE format(
            'CREATE POLICY %I ON %I FOR SELECT TO liuhen_app USING ('
            '(SELECT true FROM access_grant AS g'
            ' WHERE g.staff_id = (SELECT acting_staff())'
            ' AND g.customer_id = %I.customer_id'
            ' AND g.field_group = %I.field_group'
            ' AND g.ended_at IS NULL'
            ' AND g.expires_at > now()'
            ' LIMIT 1))',
            name || '_granted', name, name, name);
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO liuhen_app USING ((SELECT acting_staff()) = -1)', name || '_program', name);
    END LOOP;
END
$$;
-- +goose StatementEnd
CREATE POLICY customer_tag_by_rule ON customer_tag FOR INSERT TO liuhen_app
    WITH CHECK (rule_id IS NOT NULL AND since = now() AND until IS NULL AND (SELECT acting_staff()) = -1);
CREATE POLICY customer_tag_by_hand ON customer_tag FOR INSERT TO liuhen_app
    WITH CHECK (
        rule_id IS NULL
        AND since = now()
        AND until IS NULL
        AND added_by = (SELECT acting_staff())
        AND (SELECT acting_role()) IN ('manager', 'supervisor')
    );
CREATE POLICY customer_tag_goes ON customer_tag FOR UPDATE TO liuhen_app
    USING (rule_id IS NOT NULL AND until IS NULL AND (SELECT acting_staff()) = -1)
    WITH CHECK (rule_id IS NOT NULL AND until = now());
CREATE POLICY customer_tag_removed ON customer_tag FOR UPDATE TO liuhen_app
    USING (rule_id IS NULL AND until IS NULL AND (SELECT acting_role()) IN ('manager', 'supervisor'))
    WITH CHECK (rule_id IS NULL AND until = now() AND ended_by = (SELECT acting_staff()));
CREATE POLICY customer_tag_evidence_written ON customer_tag_evidence FOR INSERT TO liuhen_app
    WITH CHECK ((SELECT acting_staff()) = -1);
