-- +goose Up

-- How a role signs in is proposed by an administrator and agreed to by compliance:
-- taking the second factor from a role opens every account of it a little.
CREATE TABLE signin_change (
    approval_id   bigint  NOT NULL,
    role          text    NOT NULL,
    code_required boolean NOT NULL,
    CONSTRAINT signin_change_pk PRIMARY KEY (approval_id, role),
    CONSTRAINT signin_change_approval_fk FOREIGN KEY (approval_id) REFERENCES approval (id),
    CONSTRAINT signin_change_role_fk FOREIGN KEY (role) REFERENCES signin_policy (role)
);

-- +goose StatementBegin
CREATE FUNCTION signin_change_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP <> 'INSERT'
       OR acting_role() IS DISTINCT FROM 'admin'
       OR NOT EXISTS (
           SELECT
           FROM approval AS a
           WHERE a.id = NEW.approval_id
               AND a.kind = 'signin_change'
               AND a.requester_id = acting_staff()
               AND a.state = 'pending'
               AND a.submitted_at = now()
       ) THEN
        RAISE EXCEPTION 'how people sign in is proposed by an administrator, once' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER signin_change_guard
    BEFORE INSERT OR UPDATE OR DELETE ON signin_change
    FOR EACH ROW EXECUTE FUNCTION signin_change_guard();

-- The policy itself is out of the program's reach but for apply_signin_change.
REVOKE UPDATE (code_required) ON signin_policy FROM liuhen_app;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION signin_policy_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    NEW.changed_at := now();
    RETURN NEW;
END
$$;
-- +goose StatementEnd

-- apply_signin_change puts a proposal in force: called by its approver in the
-- transaction of the approval. It returns how many roles sign in otherwise now.
-- +goose StatementBegin
CREATE FUNCTION apply_signin_change(request bigint) RETURNS integer
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    changed integer;
BEGIN
    UPDATE signin_policy AS p
    SET code_required = c.code_required
    FROM signin_change AS c
    JOIN approval AS a ON a.id = c.approval_id
    JOIN approval_step AS s ON s.approval_id = a.id
    WHERE c.approval_id = request
        AND p.role = c.role
        AND p.code_required <> c.code_required
        AND a.kind = 'signin_change'
        AND a.state = 'approved'
        AND a.closed_at = now()
        AND a.requester_id <> acting_staff()
        AND acting_role() = 'compliance'
        AND s.approver_id = acting_staff()
        AND s.state = 'approved'
        AND s.decided_at = now();
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed = 0 THEN
        RAISE EXCEPTION 'request % changes nothing', request USING ERRCODE = '42501', CONSTRAINT = 'signin_change_nothing';
    END IF;
    RETURN changed;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION apply_signin_change(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION apply_signin_change(bigint) TO liuhen_app;
GRANT SELECT, INSERT ON signin_change TO liuhen_app;
