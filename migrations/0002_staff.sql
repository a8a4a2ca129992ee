-- +goose Up

CREATE TABLE branch (
    id        bigint GENERATED ALWAYS AS IDENTITY,
    code      text   NOT NULL,
    name      text   NOT NULL,
    kind      text   NOT NULL,
    parent_id bigint,
    CONSTRAINT branch_pk PRIMARY KEY (id),
    CONSTRAINT branch_code_unique UNIQUE (code),
    CONSTRAINT branch_parent_fk FOREIGN KEY (parent_id) REFERENCES branch (id),
    CONSTRAINT branch_kind CHECK (kind IN ('head', 'branch', 'team')),
    CONSTRAINT branch_only_head_has_no_parent CHECK ((kind = 'head') = (parent_id IS NULL)),
    CONSTRAINT branch_name_length CHECK (char_length(name) BETWEEN 1 AND 60)
);

CREATE TABLE staff (
    id            bigint      GENERATED ALWAYS AS IDENTITY,
    no            text        NOT NULL,
    username      text        NOT NULL,
    name          text        NOT NULL,
    role          text        NOT NULL,
    branch_id     bigint      NOT NULL,
    superior_id   bigint,
    password_hash text        NOT NULL,
    joined_on     date        NOT NULL DEFAULT current_date,
    disabled_at   timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT staff_pk PRIMARY KEY (id),
    CONSTRAINT staff_no_unique UNIQUE (no),
    CONSTRAINT staff_username_unique UNIQUE (username),
    CONSTRAINT staff_branch_fk FOREIGN KEY (branch_id) REFERENCES branch (id),
    CONSTRAINT staff_superior_fk FOREIGN KEY (superior_id) REFERENCES staff (id),
    CONSTRAINT staff_role CHECK (role IN ('manager', 'supervisor', 'risk', 'compliance', 'admin', 'auditor')),
    CONSTRAINT staff_not_own_superior CHECK (superior_id <> id),
    CONSTRAINT staff_no_format CHECK (no ~ '^[0-9]{4,8}$'),
    CONSTRAINT staff_username_format CHECK (username ~ '^[a-z][a-z0-9._-]{1,39}$'),
    CONSTRAINT staff_name_length CHECK (char_length(name) BETWEEN 1 AND 40)
);
CREATE INDEX staff_branch_idx ON staff (branch_id);
CREATE INDEX staff_superior_idx ON staff (superior_id);

-- acting_role is the role of who acts, NULL for nobody, the disabled and the program.
-- +goose StatementBegin
CREATE FUNCTION acting_role() RETURNS text
    LANGUAGE sql
    STABLE
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
    SELECT s.role
    FROM staff AS s
    WHERE s.id = acting_staff()
        AND s.disabled_at IS NULL
$$;
-- +goose StatementEnd

-- People are changed by an administrator or by the program at the owner's
-- prompt (-1); everyone may change the own password and nothing else. This
-- holds for liuhen_app whatever SQL reaches it.
-- +goose StatementBegin
CREATE FUNCTION staff_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acting_role() = 'admin' OR acting_staff() = -1 THEN
        NEW.updated_at := now();
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
       AND acting_staff() = OLD.id
       AND (to_jsonb(NEW) - 'password_hash' - 'updated_at') = (to_jsonb(OLD) - 'password_hash' - 'updated_at') THEN
        NEW.updated_at := now();
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'only an administrator changes people' USING ERRCODE = '42501';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER staff_guard
    BEFORE INSERT OR UPDATE ON staff
    FOR EACH ROW EXECUTE FUNCTION staff_guard();

-- A session belongs to a person from sign-in on. The token is stored hashed.
CREATE TABLE session (
    token     text        NOT NULL,
    staff_id  bigint,
    data      bytea       NOT NULL,
    expires_at timestamptz NOT NULL,
    seen_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT session_pk PRIMARY KEY (token),
    CONSTRAINT session_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id) ON DELETE CASCADE
);
CREATE INDEX session_staff_idx ON session (staff_id);
CREATE INDEX session_expires_idx ON session (expires_at);

CREATE TABLE signin_attempt (
    id       bigint      GENERATED ALWAYS AS IDENTITY,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    username text        NOT NULL,
    address  inet,
    ok       boolean     NOT NULL,
    CONSTRAINT signin_attempt_pk PRIMARY KEY (id)
);
CREATE INDEX signin_attempt_username_idx ON signin_attempt (username, at);
CREATE INDEX signin_attempt_address_idx ON signin_attempt (address, at);

GRANT SELECT ON branch TO liuhen_app;
GRANT INSERT, UPDATE ON branch TO liuhen_app;
GRANT SELECT, INSERT, UPDATE ON staff TO liuhen_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON session TO liuhen_app;
GRANT SELECT, INSERT, DELETE ON signin_attempt TO liuhen_app;
