-- +goose Up

-- Exports: what is asked for is written once, with the request; every file made
-- under its approval is counted and sealed with the hash of its bytes. The file
-- itself is not kept.
CREATE TABLE export_request (
    approval_id bigint  NOT NULL,
    query       jsonb   NOT NULL,
    groups      text[]  NOT NULL,
    format      text    NOT NULL,
    purpose     text    NOT NULL,
    reason      text    NOT NULL,
    found       integer NOT NULL,
    CONSTRAINT export_request_pk PRIMARY KEY (approval_id),
    CONSTRAINT export_request_approval_fk FOREIGN KEY (approval_id) REFERENCES approval (id),
    CONSTRAINT export_request_query CHECK (jsonb_typeof(query) = 'object'),
    CONSTRAINT export_request_groups CHECK (groups <@ ARRAY['contact', 'identity', 'assets']),
    CONSTRAINT export_request_format CHECK (format IN ('xlsx', 'csv')),
    CONSTRAINT export_request_purpose CHECK (purpose IN ('service', 'complaint', 'suitability', 'reconciliation', 'inspection', 'other')),
    CONSTRAINT export_request_reason CHECK (char_length(reason) BETWEEN 10 AND 500),
    CONSTRAINT export_request_found CHECK (found BETWEEN 1 AND 10000)
);

-- +goose StatementBegin
CREATE FUNCTION export_request_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR NOT EXISTS (
        SELECT
        FROM approval AS a
        WHERE a.id = NEW.approval_id
            AND a.kind = 'export'
            AND a.state = 'pending'
            AND a.submitted_at = now()
            AND a.requester_id = acting_staff()
    ) THEN
        RAISE EXCEPTION 'an export is asked for by its requester, once' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER export_request_guard
    BEFORE INSERT OR UPDATE OR DELETE ON export_request
    FOR EACH ROW EXECUTE FUNCTION export_request_guard();

CREATE TABLE export_file (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    approval_id bigint      NOT NULL,
    sha256      text        NOT NULL,
    rows        integer     NOT NULL,
    bytes       bigint      NOT NULL,
    made_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT export_file_pk PRIMARY KEY (id),
    CONSTRAINT export_file_request_fk FOREIGN KEY (approval_id) REFERENCES export_request (approval_id),
    CONSTRAINT export_file_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT export_file_rows CHECK (rows BETWEEN 0 AND 10000),
    CONSTRAINT export_file_bytes CHECK (bytes > 0)
);
CREATE INDEX export_file_approval_idx ON export_file (approval_id, id);
CREATE INDEX export_file_sha256_idx ON export_file (sha256, id);
CREATE TRIGGER export_file_written_once
    BEFORE UPDATE OR DELETE ON export_file
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A file is made by who asked for it, within a day of the last approval, three
-- times at most.
-- +goose StatementBegin
CREATE FUNCTION export_file_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    request approval;
BEGIN
    SELECT a.* INTO request FROM approval AS a WHERE a.id = NEW.approval_id FOR UPDATE;
    IF request.kind IS DISTINCT FROM 'export'
       OR request.requester_id IS DISTINCT FROM acting_staff()
       OR NEW.made_at IS DISTINCT FROM now() THEN
        RAISE EXCEPTION 'an export is made by who asked for it, now' USING ERRCODE = '42501';
    END IF;
    IF request.state <> 'approved' OR request.closed_at < now() - interval '24 hours' THEN
        RAISE EXCEPTION 'an export is made within a day of its approval'
            USING ERRCODE = '23514', CONSTRAINT = 'export_file_in_time';
    END IF;
    IF (SELECT count(*) FROM export_file AS f WHERE f.approval_id = NEW.approval_id) >= 3 THEN
        RAISE EXCEPTION 'an export is made three times at most'
            USING ERRCODE = '23514', CONSTRAINT = 'export_file_three';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER export_file_guard
    BEFORE INSERT ON export_file
    FOR EACH ROW EXECUTE FUNCTION export_file_guard();

GRANT SELECT, INSERT ON export_request, export_file TO liuhen_app;
