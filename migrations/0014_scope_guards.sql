-- +goose Up

-- Who may see a customer follows from branch and manager. Both are changed by
-- an administrator, by the program (-1, an import) or by the owner; SQL that slipped into
-- somebody's statement cannot move a customer, or a branch, into their scope.
-- +goose StatementBegin
CREATE FUNCTION branch_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acting_role() IS DISTINCT FROM 'admin' AND acting_staff() IS DISTINCT FROM -1 AND NOT acts_as_owner(TG_RELID) THEN
        RAISE EXCEPTION 'only an administrator changes the organisation' USING ERRCODE = '42501';
    END IF;
    IF TG_OP = 'UPDATE'
       AND (NEW.id, NEW.code, NEW.kind, NEW.parent_id) IS DISTINCT FROM (OLD.id, OLD.code, OLD.kind, OLD.parent_id) THEN
        RAISE EXCEPTION 'a branch keeps its code, kind and place' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER branch_guard
    BEFORE INSERT OR UPDATE ON branch
    FOR EACH ROW EXECUTE FUNCTION branch_guard();

-- +goose StatementBegin
CREATE FUNCTION customer_scope_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acting_staff() IS DISTINCT FROM -1 AND NOT acts_as_owner(TG_RELID) THEN
        RAISE EXCEPTION 'only an import moves a customer' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER customer_scope_guard
    BEFORE UPDATE OF no, branch_id, manager_id ON customer
    FOR EACH ROW
    WHEN (
        NEW.no IS DISTINCT FROM OLD.no
        OR NEW.branch_id IS DISTINCT FROM OLD.branch_id
        OR NEW.manager_id IS DISTINCT FROM OLD.manager_id
    )
    EXECUTE FUNCTION customer_scope_guard();
