-- +goose Up

-- A password that somebody else has chosen is changed at the first sign-in.
ALTER TABLE staff ADD COLUMN must_change_password boolean NOT NULL DEFAULT false;

-- People are changed by an administrator or by the program at the owner's
-- prompt (-1); everyone may change the own password and nothing else. A password
-- that an administrator sets for somebody else must be changed by its person,
-- and by nobody else, before anything else is done.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION staff_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    actor bigint := acting_staff();
    own   text[] := ARRAY['password_hash', 'must_change_password', 'updated_at'];
BEGIN
    NEW.updated_at := now();
    IF actor = -1 THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
       AND actor = OLD.id
       AND (to_jsonb(NEW) - own) = (to_jsonb(OLD) - own)
       AND (NOT OLD.must_change_password OR NEW.must_change_password OR NEW.password_hash <> OLD.password_hash) THEN
        RETURN NEW;
    END IF;
    IF acting_role() IS DISTINCT FROM 'admin' THEN
        RAISE EXCEPTION 'only an administrator changes people' USING ERRCODE = '42501';
    END IF;
    IF TG_OP = 'INSERT' OR NEW.password_hash <> OLD.password_hash THEN
        NEW.must_change_password := true;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.must_change_password AND NOT NEW.must_change_password THEN
        RAISE EXCEPTION 'only its person changes a first password' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd

-- Which roles sign in with a one-time code besides the password.
CREATE TABLE signin_policy (
    role          text        NOT NULL,
    code_required boolean     NOT NULL DEFAULT false,
    changed_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT signin_policy_pk PRIMARY KEY (role),
    CONSTRAINT signin_policy_role CHECK (role IN ('manager', 'supervisor', 'risk', 'compliance', 'admin', 'auditor'))
);
INSERT INTO signin_policy (role)
VALUES ('manager'), ('supervisor'), ('risk'), ('compliance'), ('admin'), ('auditor');

-- +goose StatementBegin
CREATE FUNCTION signin_policy_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acting_role() IS DISTINCT FROM 'admin' AND acting_staff() IS DISTINCT FROM -1 THEN
        RAISE EXCEPTION 'only an administrator changes how people sign in' USING ERRCODE = '42501';
    END IF;
    NEW.changed_at := now();
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER signin_policy_guard
    BEFORE UPDATE ON signin_policy
    FOR EACH ROW EXECUTE FUNCTION signin_policy_guard();
GRANT SELECT ON signin_policy TO liuhen_app;
GRANT UPDATE (code_required) ON signin_policy TO liuhen_app;

-- The secret of somebody's one-time codes (RFC 6238), sealed under the master
-- key, which is not in the database. A new secret waits in pending until a code
-- of it is given. last_step is the 30-second step of the last code accepted: it
-- only grows, so no code is accepted twice, in whichever process.
CREATE TABLE staff_code (
    staff_id     bigint      NOT NULL,
    secret       bytea,
    confirmed_at timestamptz,
    last_step    bigint      NOT NULL DEFAULT 0,
    pending      bytea,
    CONSTRAINT staff_code_pk PRIMARY KEY (staff_id),
    CONSTRAINT staff_code_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT staff_code_confirmed CHECK ((secret IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT staff_code_something CHECK (secret IS NOT NULL OR pending IS NOT NULL)
);

-- +goose StatementBegin
CREATE FUNCTION staff_code_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.secret IS NOT NULL OR NEW.last_step <> 0 THEN
            RAISE EXCEPTION 'a secret is confirmed by a code of it' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.staff_id <> OLD.staff_id OR NEW.last_step < OLD.last_step THEN
        RAISE EXCEPTION 'a code is accepted once' USING ERRCODE = '42501';
    END IF;
    IF NEW.secret IS DISTINCT FROM OLD.secret
       AND (NEW.secret IS DISTINCT FROM OLD.pending OR NEW.pending IS NOT NULL OR NEW.last_step = 0 OR NEW.confirmed_at IS DISTINCT FROM now()) THEN
        RAISE EXCEPTION 'a secret is confirmed by a code of it' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER staff_code_guard
    BEFORE INSERT OR UPDATE ON staff_code
    FOR EACH ROW EXECUTE FUNCTION staff_code_guard();

-- Ten codes for the day the phone is lost, each good once. Eighty random bits
-- each, so a plain hash of one can be searched for by nobody.
CREATE TABLE staff_recovery_code (
    staff_id bigint      NOT NULL,
    hash     bytea       NOT NULL,
    made_at  timestamptz NOT NULL DEFAULT now(),
    used_at  timestamptz,
    CONSTRAINT staff_recovery_code_pk PRIMARY KEY (staff_id, hash),
    CONSTRAINT staff_recovery_code_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT staff_recovery_code_hash CHECK (octet_length(hash) = 32)
);

-- +goose StatementBegin
CREATE FUNCTION staff_recovery_code_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF OLD.used_at IS NOT NULL OR NEW.used_at IS DISTINCT FROM now() THEN
        RAISE EXCEPTION 'a recovery code is good once' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER staff_recovery_code_guard
    BEFORE UPDATE ON staff_recovery_code
    FOR EACH ROW EXECUTE FUNCTION staff_recovery_code_guard();

-- One's codes are one's own: the program reads and changes them in the name of
-- their person only, and nobody deletes them but reset_code.
ALTER TABLE staff_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_recovery_code ENABLE ROW LEVEL SECURITY;
CREATE POLICY staff_code_own ON staff_code FOR ALL TO liuhen_app
    USING (staff_id = (SELECT acting_staff()))
    WITH CHECK (staff_id = (SELECT acting_staff()));
CREATE POLICY staff_recovery_code_own ON staff_recovery_code FOR ALL TO liuhen_app
    USING (staff_id = (SELECT acting_staff()))
    WITH CHECK (staff_id = (SELECT acting_staff()));
GRANT SELECT, INSERT ON staff_code, staff_recovery_code TO liuhen_app;
GRANT UPDATE (secret, confirmed_at, last_step, pending) ON staff_code TO liuhen_app;
GRANT UPDATE (used_at) ON staff_recovery_code TO liuhen_app;

-- code_confirmed_at returns since when a person signs in with codes, NULL for
-- not at all. Anybody may know that much: it decides what sign-in asks for.
-- +goose StatementBegin
CREATE FUNCTION code_confirmed_at(person bigint) RETURNS timestamptz
    LANGUAGE sql
    STABLE
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
    SELECT c.confirmed_at
    FROM staff_code AS c
    WHERE c.staff_id = person
$$;
-- +goose StatementEnd

-- reset_code takes the codes from somebody who lost phone and recovery codes.
-- An administrator does it to somebody else, never to the own account.
-- +goose StatementBegin
CREATE FUNCTION reset_code(person bigint) RETURNS boolean
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF acting_staff() IS DISTINCT FROM -1 AND (acting_role() IS DISTINCT FROM 'admin' OR acting_staff() = person) THEN
        RAISE EXCEPTION 'an administrator resets somebody else''s codes' USING ERRCODE = '42501';
    END IF;
    DELETE FROM staff_recovery_code WHERE staff_id = person;
    DELETE FROM staff_code WHERE staff_id = person;
    RETURN FOUND;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION code_confirmed_at(bigint), reset_code(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION code_confirmed_at(bigint), reset_code(bigint) TO liuhen_app;
