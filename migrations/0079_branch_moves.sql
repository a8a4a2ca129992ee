-- +goose Up

-- A branch may come under another parent, and close. What it is in and what is in
-- it decides who sees which customers, so an administrator alone moves it, and it
-- closes only when nobody and no customer is left in it. Closed is for good.
ALTER TABLE branch ADD COLUMN closed_at timestamptz;
ALTER TABLE branch ADD CONSTRAINT branch_head_stays CHECK (kind <> 'head' OR closed_at IS NULL);

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION branch_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acting_role() IS DISTINCT FROM 'admin' AND acting_staff() IS DISTINCT FROM -1 AND NOT acts_as_owner(TG_RELID) THEN
        RAISE EXCEPTION 'only an administrator changes the organisation' USING ERRCODE = '42501';
    END IF;
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.code, NEW.kind) IS DISTINCT FROM (OLD.id, OLD.code, OLD.kind) OR OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a branch keeps its code and kind, and closed stays closed' USING ERRCODE = '42501';
    END IF;
    IF NEW.parent_id <> OLD.parent_id
       AND (
           in_branch(NEW.parent_id, NEW.id)
           OR NOT EXISTS (
               SELECT
               FROM branch AS p
               WHERE p.id = NEW.parent_id
                   AND p.closed_at IS NULL
                   AND CASE WHEN NEW.kind = 'team' THEN p.kind = 'branch' ELSE p.kind <> 'team' END
           )
       ) THEN
        RAISE EXCEPTION 'branch % cannot stand below %', NEW.id, NEW.parent_id USING ERRCODE = '23514', CONSTRAINT = 'branch_place';
    END IF;
    IF NEW.closed_at IS NOT NULL
       AND (
           EXISTS (SELECT FROM staff AS s WHERE s.branch_id = NEW.id AND s.disabled_at IS NULL)
           OR EXISTS (SELECT FROM customer AS c WHERE c.branch_id = NEW.id)
           OR EXISTS (SELECT FROM branch AS b WHERE b.parent_id = NEW.id AND b.closed_at IS NULL)
       ) THEN
        RAISE EXCEPTION 'branch % is not empty', NEW.id USING ERRCODE = '23514', CONSTRAINT = 'branch_empty';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd

-- Grants on customers whom a supervisor no longer sees end with the move.
-- +goose StatementBegin
CREATE FUNCTION branch_move_ends_rights() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    UPDATE access_grant AS g
    SET ended_at = now(),
        end_reason = 'branch'
    FROM staff AS s, customer AS c
    WHERE s.id = g.staff_id
        AND c.id = g.customer_id
        AND g.ended_at IS NULL
        AND g.expires_at > now()
        AND s.role = 'supervisor'
        AND in_branch(c.branch_id, NEW.id)
        AND NOT in_branch(c.branch_id, s.branch_id);
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER branch_move_ends_rights
    AFTER UPDATE OF parent_id ON branch
    FOR EACH ROW
    WHEN (NEW.parent_id IS DISTINCT FROM OLD.parent_id)
    EXECUTE FUNCTION branch_move_ends_rights();

-- Nobody and no customer comes to a closed branch.
-- +goose StatementBegin
CREATE FUNCTION branch_is_open() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF EXISTS (SELECT FROM branch AS b WHERE b.id = NEW.branch_id AND b.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'branch % is closed', NEW.branch_id USING ERRCODE = '23514', CONSTRAINT = 'branch_open';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER staff_branch_open
    BEFORE INSERT OR UPDATE OF branch_id ON staff
    FOR EACH ROW EXECUTE FUNCTION branch_is_open();
CREATE TRIGGER customer_branch_open
    BEFORE UPDATE OF branch_id ON customer
    FOR EACH ROW
    WHEN (NEW.branch_id IS DISTINCT FROM OLD.branch_id)
    EXECUTE FUNCTION branch_is_open();
-- +goose StatementBegin
CREATE FUNCTION customer_branches_open() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF EXISTS (SELECT FROM branch AS b JOIN written AS w ON w.branch_id = b.id WHERE b.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a customer comes to a closed branch' USING ERRCODE = '23514', CONSTRAINT = 'branch_open';
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER customer_branches_open
    AFTER INSERT ON customer
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION customer_branches_open();
