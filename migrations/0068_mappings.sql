-- +goose Up

-- A mapping that people made in the editor, one row a version. Its columns are
-- those of the file it was made from: a file of the source that has the same is
-- taken by it without asking. Choices is which column becomes which field; the
-- program makes the mapping of it. It holds names of columns and no value.
CREATE TABLE source_mapping (
    name         text        NOT NULL,
    version      integer     NOT NULL,
    source_id    smallint    NOT NULL,
    title        text        NOT NULL,
    columns      text[]      NOT NULL,
    choices      text        NOT NULL,
    created_by   bigint      NOT NULL,
    created_name text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT source_mapping_pk PRIMARY KEY (name, version),
    CONSTRAINT source_mapping_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT source_mapping_staff_fk FOREIGN KEY (created_by) REFERENCES staff (id),
    CONSTRAINT source_mapping_name CHECK (name ~ '^[a-z][a-z0-9-]{1,59}$'),
    CONSTRAINT source_mapping_version CHECK (version > 0),
    CONSTRAINT source_mapping_title CHECK (char_length(title) BETWEEN 1 AND 60),
    CONSTRAINT source_mapping_columns CHECK (cardinality(columns) BETWEEN 1 AND 1000),
    CONSTRAINT source_mapping_choices CHECK (octet_length(choices) BETWEEN 2 AND 200000)
);
CREATE INDEX source_mapping_source_idx ON source_mapping (source_id, name, version DESC);

-- Versions follow each other within one source, in the name of who makes them.
-- +goose StatementBegin
CREATE FUNCTION source_mapping_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    last source_mapping%ROWTYPE;
BEGIN
    IF NEW.created_by IS DISTINCT FROM acting_staff() OR acting_role() IS NULL OR acting_role() NOT IN ('admin', 'compliance') THEN
        RAISE EXCEPTION 'a mapping is made by who imports, in the own name' USING ERRCODE = '42501';
    END IF;
    SELECT m.* INTO last FROM source_mapping AS m WHERE m.name = NEW.name ORDER BY m.version DESC LIMIT 1;
    IF NEW.version IS DISTINCT FROM COALESCE(last.version, 0) + 1 OR NEW.source_id IS DISTINCT FROM COALESCE(last.source_id, NEW.source_id) THEN
        RAISE EXCEPTION 'a mapping goes on behind its last version, within its source' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER source_mapping_guard
    BEFORE INSERT ON source_mapping
    FOR EACH ROW EXECUTE FUNCTION source_mapping_guard();
CREATE TRIGGER source_mapping_written_once
    BEFORE UPDATE OR DELETE ON source_mapping
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON source_mapping TO liuhen_app;

-- A file that waits for its sheet to be chosen or its columns to be mapped. It
-- lies in <data>/imports/draft-<id> and goes after a day.
CREATE TABLE import_draft (
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    source_id    smallint    NOT NULL,
    mapping      text        NOT NULL DEFAULT '',
    file_name    text        NOT NULL,
    sha256       text        NOT NULL,
    size         bigint      NOT NULL,
    sheet        text        NOT NULL DEFAULT '',
    dry_run      boolean     NOT NULL,
    branch_id    bigint      NOT NULL,
    created_by   bigint      NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT import_draft_pk PRIMARY KEY (id),
    CONSTRAINT import_draft_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT import_draft_branch_fk FOREIGN KEY (branch_id) REFERENCES branch (id),
    CONSTRAINT import_draft_staff_fk FOREIGN KEY (created_by) REFERENCES staff (id),
    CONSTRAINT import_draft_file_name CHECK (char_length(file_name) BETWEEN 1 AND 200),
    CONSTRAINT import_draft_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT import_draft_size CHECK (size > 0),
    CONSTRAINT import_draft_sheet CHECK (char_length(sheet) <= 100)
);
CREATE INDEX import_draft_created_idx ON import_draft (created_at);
GRANT SELECT, INSERT, DELETE ON import_draft TO liuhen_app;
GRANT UPDATE (sheet) ON import_draft TO liuhen_app;

-- The sheet of a workbook that is read, empty for the first; and the dry run
-- that an import goes on from, at most one each.
ALTER TABLE import_job
    ADD COLUMN sheet text NOT NULL DEFAULT '',
    ADD COLUMN rehearsal_id bigint,
    ADD CONSTRAINT import_job_sheet CHECK (char_length(sheet) <= 100),
    ADD CONSTRAINT import_job_rehearsal_fk FOREIGN KEY (rehearsal_id) REFERENCES import_job (id),
    ADD CONSTRAINT import_job_rehearsal CHECK (rehearsal_id IS NULL OR NOT dry_run);
CREATE UNIQUE INDEX import_job_rehearsal_once_idx ON import_job (rehearsal_id) WHERE rehearsal_id IS NOT NULL;

-- +goose StatementBegin
CREATE FUNCTION import_job_order_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF (NEW.sheet, NEW.rehearsal_id, NEW.via) IS DISTINCT FROM (OLD.sheet, OLD.rehearsal_id, OLD.via) THEN
        RAISE EXCEPTION 'what an import is of is written once' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER import_job_order_guard
    BEFORE UPDATE ON import_job
    FOR EACH ROW EXECUTE FUNCTION import_job_order_guard();
