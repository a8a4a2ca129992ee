-- +goose Up

-- Which source said a customer's name, sex and year of birth. NULL is nobody's
-- word: a name made up for a customer whose source has none, or one of before.
-- What one source said another does not change; a person decides.
ALTER TABLE customer
    ADD COLUMN name_source smallint,
    ADD COLUMN gender_source smallint,
    ADD COLUMN birth_source smallint;

-- A row that contradicts what another source said of a customer. It waits for
-- a person, who decides in the own name and with a reason, and is then merged.
CREATE TABLE source_conflict (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    source_id   smallint    NOT NULL,
    external_no text        NOT NULL,
    customer_id bigint      NOT NULL,
    kind        text        NOT NULL,
    kept        jsonb       NOT NULL,
    told        jsonb       NOT NULL,
    kept_source smallint    NOT NULL,
    import_id   bigint      NOT NULL,
    branch_id   bigint      NOT NULL,
    line        bigint      NOT NULL,
    opened_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    state       text        NOT NULL DEFAULT 'open',
    verdict     text,
    reason      text,
    decided_by  bigint,
    decided_at  timestamptz,
    outcome     text        NOT NULL DEFAULT '',
    CONSTRAINT source_conflict_pk PRIMARY KEY (id),
    CONSTRAINT source_conflict_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT source_conflict_kept_fk FOREIGN KEY (kept_source) REFERENCES source_system (id),
    CONSTRAINT source_conflict_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT source_conflict_import_fk FOREIGN KEY (import_id) REFERENCES import_job (id),
    CONSTRAINT source_conflict_decider_fk FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT source_conflict_kind CHECK (kind IN ('identity', 'field')),
    CONSTRAINT source_conflict_state CHECK (state IN ('open', 'decided', 'merged')),
    CONSTRAINT source_conflict_verdict CHECK (verdict IN ('keep', 'take') OR (verdict = 'apart' AND kind = 'identity')),
    CONSTRAINT source_conflict_reason CHECK (char_length(reason) BETWEEN 10 AND 500),
    CONSTRAINT source_conflict_decided CHECK (
        (state <> 'open') = (verdict IS NOT NULL)
        AND (verdict IS NULL) = (reason IS NULL)
        AND (verdict IS NULL) = (decided_by IS NULL)
        AND (verdict IS NULL) = (decided_at IS NULL)
    )
);
CREATE UNIQUE INDEX source_conflict_open_idx ON source_conflict (source_id, external_no) WHERE state = 'open';
CREATE INDEX source_conflict_waiting_idx ON source_conflict (id) WHERE state <> 'merged';
CREATE INDEX source_conflict_decided_idx ON source_conflict (decided_at DESC, id DESC) WHERE state <> 'open';

-- The row itself, with all that a source told of the customer: for the program
-- alone, until it is merged.
CREATE TABLE source_conflict_row (
    conflict_id bigint NOT NULL,
    mapping     text   NOT NULL,
    header      text[] NOT NULL,
    fields      text[] NOT NULL,
    CONSTRAINT source_conflict_row_pk PRIMARY KEY (conflict_id),
    CONSTRAINT source_conflict_row_conflict_fk FOREIGN KEY (conflict_id) REFERENCES source_conflict (id)
);

-- What was decided, as the next import obeys it: for this number of this source
-- and this field, as long as it tells the same value.
CREATE TABLE source_rule (
    source_id   smallint    NOT NULL,
    external_no text        NOT NULL,
    field       text        NOT NULL,
    value       text        NOT NULL,
    verdict     text        NOT NULL,
    conflict_id bigint      NOT NULL,
    decided_by  bigint      NOT NULL,
    decided_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT source_rule_pk PRIMARY KEY (source_id, external_no, field),
    CONSTRAINT source_rule_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT source_rule_conflict_fk FOREIGN KEY (conflict_id) REFERENCES source_conflict (id),
    CONSTRAINT source_rule_decider_fk FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT source_rule_field CHECK (field IN ('name', 'gender', 'birth_band', 'certificate')),
    CONSTRAINT source_rule_verdict CHECK ((verdict = 'apart') = (field = 'certificate') AND verdict IN ('keep', 'take', 'apart'))
);

-- settles_customer reports whether who acts decides on a customer:
-- compliance on all, a supervisor on those of the own branch and below.
-- +goose StatementBegin
CREATE FUNCTION settles_customer(customer bigint) RETURNS boolean
    LANGUAGE sql
    STABLE
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
    WITH RECURSIVE below AS (
        SELECT s.branch_id AS id
        FROM staff AS s
        WHERE s.id = acting_staff()
        UNION
        SELECT b.id
        FROM branch AS b
        JOIN below ON b.parent_id = below.id
    )
    SELECT acting_role() = 'compliance' OR acting_role() = 'supervisor' AND EXISTS (
        SELECT
        FROM customer AS c
        WHERE c.id = customer
            AND c.branch_id IN (SELECT below.id FROM below)
    )
$$;
-- +goose StatementEnd

ALTER TABLE source_conflict ENABLE ROW LEVEL SECURITY;
CREATE POLICY source_conflict_seen ON source_conflict
    USING ((SELECT acting_staff()) = -1 OR settles_customer(customer_id));
ALTER TABLE source_conflict_row ENABLE ROW LEVEL SECURITY;
CREATE POLICY source_conflict_row_program ON source_conflict_row
    USING ((SELECT acting_staff()) = -1);
ALTER TABLE source_rule ENABLE ROW LEVEL SECURITY;
CREATE POLICY source_rule_seen ON source_rule
    USING ((SELECT acting_staff()) = -1 OR (SELECT acting_role()) IN ('compliance', 'supervisor'));

-- +goose StatementBegin
CREATE FUNCTION source_conflict_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    actor bigint := acting_staff();
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF actor IS DISTINCT FROM -1 OR NEW.state <> 'open' THEN
            RAISE EXCEPTION 'only an import opens a conflict' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'open' AND NEW.state = 'open' AND actor = -1 AND NEW.customer_id = OLD.customer_id THEN
        RETURN NEW;
    END IF;
    IF (NEW.source_id, NEW.external_no, NEW.customer_id, NEW.kind, NEW.kept, NEW.told, NEW.kept_source, NEW.import_id, NEW.branch_id, NEW.line, NEW.opened_at)
       IS DISTINCT FROM (OLD.source_id, OLD.external_no, OLD.customer_id, OLD.kind, OLD.kept, OLD.told, OLD.kept_source, OLD.import_id, OLD.branch_id, OLD.line, OLD.opened_at) THEN
        RAISE EXCEPTION 'what a conflict is about is written once' USING ERRCODE = '42501';
    END IF;
    IF OLD.state = 'open' AND NEW.state = 'decided' THEN
        IF NOT settles_customer(NEW.customer_id) OR NEW.decided_by IS DISTINCT FROM actor THEN
            RAISE EXCEPTION 'a conflict is decided by compliance or the supervisor, in the own name' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'decided' AND NEW.state = 'merged' AND actor = -1
       AND (NEW.verdict, NEW.reason, NEW.decided_by, NEW.decided_at) IS NOT DISTINCT FROM (OLD.verdict, OLD.reason, OLD.decided_by, OLD.decided_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'conflict: % to % is no step', OLD.state, NEW.state USING ERRCODE = '42501';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER source_conflict_guard
    BEFORE INSERT OR UPDATE ON source_conflict
    FOR EACH ROW EXECUTE FUNCTION source_conflict_guard();

-- +goose StatementBegin
CREATE FUNCTION source_rule_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF NEW.decided_by IS DISTINCT FROM acting_staff() OR NOT EXISTS (
        SELECT
        FROM source_conflict AS c
        WHERE c.id = NEW.conflict_id
            AND c.state = 'open'
            AND settles_customer(c.customer_id)
            AND (
                (c.source_id, c.external_no) = (NEW.source_id, NEW.external_no)
                OR EXISTS (
                    SELECT
                    FROM customer_source AS s
                    WHERE s.customer_id = c.customer_id
                        AND s.source_id = NEW.source_id
                        AND s.external_no = NEW.external_no
                )
            )
    ) THEN
        RAISE EXCEPTION 'a rule comes of deciding a conflict, in the own name' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER source_rule_guard
    BEFORE INSERT OR UPDATE ON source_rule
    FOR EACH ROW EXECUTE FUNCTION source_rule_guard();

GRANT SELECT, INSERT, UPDATE ON source_conflict TO liuhen_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON source_conflict_row TO liuhen_app;
GRANT SELECT, INSERT, UPDATE ON source_rule TO liuhen_app;
