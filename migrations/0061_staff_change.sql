-- +goose Up

-- What an administrator proposes about people and a second person agrees to: a
-- role, a new person who may approve or administer, an account let in again. A
-- request holds one line or, for an import, many. Nothing of it is in force
-- before apply_staff_change. was_ columns are what the proposal was made on.
CREATE TABLE staff_change (
    approval_id     bigint   NOT NULL,
    position        integer  NOT NULL,
    what            text     NOT NULL,
    staff_id        bigint,
    was_role        text,
    was_branch_id   bigint,
    was_superior_id bigint,
    no              text,
    username        text,
    name            text,
    password_hash   text,
    role            text,
    branch_id       bigint,
    superior_id     bigint,
    CONSTRAINT staff_change_pk PRIMARY KEY (approval_id, position),
    CONSTRAINT staff_change_approval_fk FOREIGN KEY (approval_id) REFERENCES approval (id),
    CONSTRAINT staff_change_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT staff_change_branch_fk FOREIGN KEY (branch_id) REFERENCES branch (id),
    CONSTRAINT staff_change_superior_fk FOREIGN KEY (superior_id) REFERENCES staff (id),
    CONSTRAINT staff_change_what CHECK (what IN ('post', 'enable', 'hire')),
    CONSTRAINT staff_change_role CHECK (role IN ('manager', 'supervisor', 'risk', 'compliance', 'admin', 'auditor')),
    CONSTRAINT staff_change_person CHECK ((what = 'hire') = (staff_id IS NULL)),
    CONSTRAINT staff_change_hire CHECK (
        (what = 'hire') = (no IS NOT NULL)
        AND (no IS NULL) = (username IS NULL)
        AND (no IS NULL) = (name IS NULL)
        AND (no IS NULL) = (password_hash IS NULL)
    ),
    CONSTRAINT staff_change_post CHECK ((what <> 'enable') = (role IS NOT NULL AND branch_id IS NOT NULL))
);
CREATE INDEX staff_change_staff_idx ON staff_change (staff_id, approval_id) WHERE staff_id IS NOT NULL;

-- A proposal is written by an administrator with its request, and never changed.
-- Nobody proposes anything about the own account.
-- +goose StatementBegin
CREATE FUNCTION staff_change_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP <> 'INSERT'
       OR acting_role() IS DISTINCT FROM 'admin'
       OR NEW.staff_id = acting_staff()
       OR NOT EXISTS (
           SELECT
           FROM approval AS a
           WHERE a.id = NEW.approval_id
               AND a.kind = 'staff_change'
               AND a.requester_id = acting_staff()
               AND a.state = 'pending'
               AND a.submitted_at = now()
       ) THEN
        RAISE EXCEPTION 'a change of people is proposed by an administrator, once' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER staff_change_guard
    BEFORE INSERT OR UPDATE OR DELETE ON staff_change
    FOR EACH ROW EXECUTE FUNCTION staff_change_guard();
GRANT INSERT ON staff_change TO liuhen_app;
GRANT SELECT (
    approval_id, position, what, staff_id, was_role, was_branch_id, was_superior_id,
    no, username, name, role, branch_id, superior_id
) ON staff_change TO liuhen_app;

-- People are changed by an administrator, by the program at the owner's prompt
-- (-1) or by the owner; everyone may change the own password and nothing else. An
-- administrator alone changes no role, adds nobody who may approve or administer,
-- and lets nobody in again who was disabled: apply_staff_change does, for two
-- people. A password that an administrator sets must be changed by its person.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION staff_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    actor bigint := acting_staff();
    own   text[] := ARRAY['password_hash', 'must_change_password', 'updated_at'];
BEGIN
    NEW.updated_at := now();
    IF actor = -1 OR acts_as_owner(TG_RELID) THEN
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
    IF TG_OP = 'INSERT' AND NEW.role IN ('supervisor', 'risk', 'compliance', 'admin')
       OR TG_OP = 'UPDATE' AND (NEW.role <> OLD.role OR OLD.disabled_at IS NOT NULL AND NEW.disabled_at IS NULL) THEN
        RAISE EXCEPTION 'a role is given, and an account let in again, by two people'
            USING ERRCODE = '42501', CONSTRAINT = 'staff_second_person';
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

-- apply_staff_change puts a proposal in force: called by its approver, who is
-- none of the people it is about, in the transaction of the approval. A person
-- who is no longer as the proposal found them stops all of it.
-- +goose StatementBegin
CREATE FUNCTION apply_staff_change(request bigint) RETURNS integer
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    line    staff_change;
    changed integer := 0;
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM approval AS a
        JOIN approval_step AS s ON s.approval_id = a.id
        WHERE a.id = request
            AND a.kind = 'staff_change'
            AND a.state = 'approved'
            AND a.closed_at = now()
            AND a.requester_id <> acting_staff()
            AND acting_role() IN ('compliance', 'risk')
            AND s.approver_id = acting_staff()
            AND s.state = 'approved'
            AND s.decided_at = now()
    ) THEN
        RAISE EXCEPTION 'request % changes nobody', request USING ERRCODE = '42501';
    END IF;
    FOR line IN
        SELECT c.*
        FROM staff_change AS c
        WHERE c.approval_id = request
        ORDER BY c.position
    LOOP
        IF line.staff_id = acting_staff() THEN
            RAISE EXCEPTION 'nobody agrees to a change of the own account' USING ERRCODE = '42501';
        END IF;
        IF line.what = 'hire' THEN
            INSERT INTO staff (no, username, name, role, branch_id, superior_id, password_hash, must_change_password)
            VALUES (line.no, line.username, line.name, line.role, line.branch_id, line.superior_id, line.password_hash, true);
        ELSIF line.what = 'enable' THEN
            UPDATE staff AS s
            SET disabled_at = NULL
            WHERE s.id = line.staff_id
                AND s.disabled_at IS NOT NULL
                AND (s.role, s.branch_id) = (line.was_role, line.was_branch_id);
        ELSE
            UPDATE staff AS s
            SET role = line.role,
                branch_id = line.branch_id,
                superior_id = line.superior_id
            WHERE s.id = line.staff_id
                AND s.disabled_at IS NULL
                AND (s.role, s.branch_id) = (line.was_role, line.was_branch_id)
                AND s.superior_id IS NOT DISTINCT FROM line.was_superior_id;
        END IF;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'person % is no longer as the proposal found them', line.staff_id
                USING ERRCODE = '23514', CONSTRAINT = 'staff_change_stale';
        END IF;
        changed := changed + 1;
    END LOOP;
    IF changed = 0 THEN
        RAISE EXCEPTION 'request % changes nobody', request USING ERRCODE = '42501';
    END IF;
    RETURN changed;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION apply_staff_change(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION apply_staff_change(bigint) TO liuhen_app;
