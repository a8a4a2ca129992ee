-- +goose Up

-- How long a source system may be silent before the portal says so; NULL asks
-- for no alarm. An administrator sets it; what a system is called in mappings
-- and what its rows refer to stays.
ALTER TABLE source_system
    ADD COLUMN lag_hours integer,
    ADD CONSTRAINT source_system_lag CHECK (lag_hours BETWEEN 1 AND 8760),
    ADD CONSTRAINT source_system_name_length CHECK (char_length(name) BETWEEN 1 AND 60),
    ADD CONSTRAINT source_system_note_length CHECK (char_length(note) <= 200);
GRANT UPDATE (name, note, lag_hours) ON source_system TO liuhen_app;

-- +goose StatementBegin
CREATE FUNCTION source_system_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acting_role() IS DISTINCT FROM 'admin' AND NOT acts_as_owner(TG_RELID) THEN
        RAISE EXCEPTION 'only an administrator changes a source system' USING ERRCODE = '42501';
    END IF;
    IF (NEW.id, NEW.code) IS DISTINCT FROM (OLD.id, OLD.code) THEN
        RAISE EXCEPTION 'a source system keeps its code' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER source_system_guard
    BEFORE UPDATE ON source_system
    FOR EACH ROW EXECUTE FUNCTION source_system_guard();

-- When a source last brought anything of a block, over all customers. It is
-- moved on by each chunk, so that a page never has to look through
-- customer_block, which has a row a customer.
CREATE TABLE source_block (
    source_id smallint    NOT NULL,
    block     text        NOT NULL,
    synced_at timestamptz NOT NULL,
    CONSTRAINT source_block_pk PRIMARY KEY (source_id, block),
    CONSTRAINT source_block_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT source_block_word CHECK (block IN ('basic', 'contact', 'identity', 'assets', 'transactions', 'assessment', 'consultation'))
);
INSERT INTO source_block (source_id, block, synced_at)
SELECT
    b.source_id,
    b.block,
    max(b.synced_at)
FROM customer_block AS b
GROUP BY
    b.source_id,
    b.block;

-- +goose StatementBegin
CREATE FUNCTION source_block_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acting_staff() IS DISTINCT FROM -1 AND NOT acts_as_owner(TG_RELID) THEN
        RAISE EXCEPTION 'only an import says how fresh a source is' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER source_block_guard
    BEFORE INSERT OR UPDATE ON source_block
    FOR EACH ROW EXECUTE FUNCTION source_block_guard();
GRANT SELECT, INSERT, UPDATE ON source_block TO liuhen_app;

-- On which way an import came, and how its text was written (empty until the
-- file has been checked).
ALTER TABLE import_job
    ADD COLUMN via text NOT NULL DEFAULT 'file',
    ADD COLUMN encoding text NOT NULL DEFAULT '',
    ADD CONSTRAINT import_job_via CHECK (via IN ('file', 'api', 'folder')),
    ADD CONSTRAINT import_job_encoding CHECK (encoding IN ('', 'utf-8', 'gb18030', 'xlsx'));
CREATE INDEX import_job_source_idx ON import_job (source_id, id DESC);
CREATE INDEX import_job_files_idx ON import_job (id DESC) WHERE via <> 'api';
