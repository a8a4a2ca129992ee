-- +goose Up

-- What rules look at, customer by customer, for the program alone: who acts is
-- asked once a statement and not once a row, which for fifty rules over all
-- customers is the difference between seconds and minutes. For everybody else
-- the views are empty.
CREATE VIEW rule_holding WITH (security_barrier) AS
SELECT
    h.customer_id,
    h.product_code,
    h.product_name,
    h.risk,
    h.units,
    h.value,
    h.valued_on
FROM holding AS h
WHERE (SELECT acting_staff()) = -1;

CREATE VIEW rule_loan WITH (security_barrier) AS
SELECT
    l.customer_id,
    l.kind,
    l.principal,
    l.granted_on,
    l.status
FROM loan AS l
WHERE (SELECT acting_staff()) = -1;

CREATE VIEW rule_card WITH (security_barrier) AS
SELECT
    c.customer_id,
    c.kind,
    c.issued_on
FROM card AS c
WHERE (SELECT acting_staff()) = -1;

CREATE VIEW rule_transaction WITH (security_barrier) AS
SELECT
    t.customer_id,
    t.booked_on,
    t.amount
FROM bank_transaction AS t
WHERE (SELECT acting_staff()) = -1;

GRANT SELECT ON rule_holding, rule_loan, rule_card, rule_transaction TO liuhen_app;

-- What is to be evaluated, written in the transaction that makes it necessary
-- and deleted in the one that does it: neither a crash nor a restart loses any.
-- Without a customer all are meant, without a rule all rules.
CREATE TABLE tag_due (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    cause       text        NOT NULL,
    rule_id     bigint,
    customer_id bigint,
    at          timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tag_due_pk PRIMARY KEY (id),
    CONSTRAINT tag_due_cause CHECK (cause IN ('import', 'note', 'publish', 'retire'))
);

-- What was evaluated, when, and what came of it.
CREATE TABLE tag_run (
    id        bigint      GENERATED ALWAYS AS IDENTITY,
    cause     text        NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    rules     integer     NOT NULL,
    customers bigint,
    gained    bigint      NOT NULL,
    lost      bigint      NOT NULL,
    took_ms   bigint      NOT NULL,
    CONSTRAINT tag_run_pk PRIMARY KEY (id),
    CONSTRAINT tag_run_cause CHECK (cause IN ('import', 'note', 'publish', 'retire', 'day'))
);
COMMENT ON COLUMN tag_run.customers IS 'how many were looked at; NULL for all there are';
CREATE INDEX tag_run_at_idx ON tag_run (at DESC, id DESC);

GRANT SELECT, INSERT, DELETE ON tag_due TO liuhen_app;
GRANT SELECT, INSERT ON tag_run TO liuhen_app;
ALTER TABLE tag_due ENABLE ROW LEVEL SECURITY;
CREATE POLICY tag_due_program ON tag_due FOR ALL TO liuhen_app
    USING ((SELECT acting_staff()) = -1)
    WITH CHECK ((SELECT acting_staff()) = -1);
ALTER TABLE tag_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY tag_run_read ON tag_run FOR SELECT TO liuhen_app USING (true);
CREATE POLICY tag_run_program ON tag_run FOR INSERT TO liuhen_app WITH CHECK ((SELECT acting_staff()) = -1);

-- A note that somebody keeps may change the tags of its customer. Notes that are
-- imported wait for the end of their import.
-- +goose StatementBegin
CREATE FUNCTION tag_due_after_note() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    INSERT INTO tag_due (cause, customer_id)
    SELECT DISTINCT
        'note',
        w.customer_id
    FROM written AS w
    WHERE w.source_id IS NULL;
    IF FOUND THEN
        PERFORM pg_notify('liuhen', 'tag:0');
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER consultation_tag_due
    AFTER INSERT ON consultation
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION tag_due_after_note();

-- An import that has ended may have changed anything, however it ended: whole
-- chunks of one that was cancelled or broke off are there to stay.
-- +goose StatementBegin
CREATE FUNCTION tag_due_after_import() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    INSERT INTO tag_due (cause) VALUES ('import');
    PERFORM pg_notify('liuhen', 'tag:0');
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER import_job_tag_due
    AFTER UPDATE ON import_job
    FOR EACH ROW
    WHEN (NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL AND NOT NEW.dry_run AND NEW.accepted + NEW.changed > 0)
    EXECUTE FUNCTION tag_due_after_import();

-- Publishing a version retires the one before, gives the rule its name and asks
-- for its evaluation; so does retiring the last one.
-- +goose StatementBegin
CREATE FUNCTION tag_rule_published() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF NEW.state = 'published' THEN
        UPDATE tag_rule_version
        SET state = 'retired',
            retired_at = now(),
            retire_reason = '由第 ' || NEW.version || ' 版取代'
        WHERE rule_id = NEW.rule_id
            AND version <> NEW.version
            AND state = 'published';
        UPDATE tag_rule SET name = NEW.name WHERE id = NEW.rule_id AND name <> NEW.name;
    END IF;
    INSERT INTO tag_due (cause, rule_id)
    VALUES (CASE WHEN NEW.state = 'published' THEN 'publish' ELSE 'retire' END, NEW.rule_id);
    PERFORM pg_notify('liuhen', 'tag:0');
    RETURN NEW;
END
$$;
-- +goose StatementEnd
-- Before, so that the one published version that there may be is made room for.
CREATE TRIGGER tag_rule_version_published
    BEFORE UPDATE ON tag_rule_version
    FOR EACH ROW
    WHEN (NEW.state = 'published' AND OLD.state <> 'published' OR NEW.state = 'retired' AND OLD.state <> 'retired' AND NEW.retired_by IS NOT NULL)
    EXECUTE FUNCTION tag_rule_published();
CREATE TRIGGER tag_rule_version_supplied
    BEFORE INSERT ON tag_rule_version
    FOR EACH ROW
    WHEN (NEW.state = 'published')
    EXECUTE FUNCTION tag_rule_published();

-- What was not approved goes back to its author.
-- +goose StatementBegin
CREATE FUNCTION tag_rule_back_to_draft() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    UPDATE tag_rule_version
    SET state = 'draft',
        approval_id = NULL
    WHERE approval_id = NEW.id
        AND state = 'pending';
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER approval_tag_rule_back
    AFTER UPDATE ON approval
    FOR EACH ROW
    WHEN (NEW.kind = 'tag_rule' AND NEW.state IN ('rejected', 'returned', 'withdrawn') AND OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION tag_rule_back_to_draft();
