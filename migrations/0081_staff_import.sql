-- +goose Up

-- Files of people that an administrator has sent: their rows wait to be looked
-- at, and are taken over once. No password is ever among them; those that were
-- made went out with the answer.
CREATE TABLE staff_import (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    staff_id    bigint      NOT NULL,
    file_name   text        NOT NULL,
    sha256      text        NOT NULL,
    rows        jsonb       NOT NULL,
    uploaded_at timestamptz NOT NULL DEFAULT now(),
    applied_at  timestamptz,
    created     integer     NOT NULL DEFAULT 0,
    asked       integer     NOT NULL DEFAULT 0,
    approval_id bigint,
    CONSTRAINT staff_import_pk PRIMARY KEY (id),
    CONSTRAINT staff_import_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT staff_import_approval_fk FOREIGN KEY (approval_id) REFERENCES approval (id),
    CONSTRAINT staff_import_name_length CHECK (char_length(file_name) BETWEEN 1 AND 200),
    CONSTRAINT staff_import_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT staff_import_rows CHECK (jsonb_typeof(rows) = 'array' AND jsonb_array_length(rows) BETWEEN 1 AND 2000),
    CONSTRAINT staff_import_applied CHECK (
        (applied_at IS NULL) = (created + asked = 0)
        AND (asked > 0) = (approval_id IS NOT NULL)
        AND created >= 0
        AND asked >= 0
    )
);
CREATE INDEX staff_import_sha256_idx ON staff_import (sha256, id);

-- A file is kept by the administrator who sent it, in the own name, and taken
-- over once; what it said and what became of it stays.
-- +goose StatementBegin
CREATE FUNCTION staff_import_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    outcome text[] := ARRAY['applied_at', 'created', 'asked', 'approval_id'];
BEGIN
    IF acting_role() IS DISTINCT FROM 'admin' THEN
        RAISE EXCEPTION 'only an administrator imports people' USING ERRCODE = '42501';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.staff_id <> acting_staff() OR NEW.applied_at IS NOT NULL THEN
            RAISE EXCEPTION 'a file of people is sent in the own name' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE'
       OR OLD.applied_at IS NOT NULL
       OR NEW.applied_at IS DISTINCT FROM now()
       OR (to_jsonb(NEW) - outcome) <> (to_jsonb(OLD) - outcome) THEN
        RAISE EXCEPTION 'a file of people is taken over once, as it was sent'
            USING ERRCODE = '42501', CONSTRAINT = 'staff_import_once';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER staff_import_guard
    BEFORE INSERT OR UPDATE OR DELETE ON staff_import
    FOR EACH ROW EXECUTE FUNCTION staff_import_guard();
ALTER TABLE staff_import ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff_import_admin ON staff_import
    USING ((SELECT acting_role()) = 'admin')
    WITH CHECK ((SELECT acting_role()) = 'admin');
GRANT SELECT, INSERT ON staff_import TO liuhen_app;
GRANT UPDATE (applied_at, created, asked, approval_id) ON staff_import TO liuhen_app;
