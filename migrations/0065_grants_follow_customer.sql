-- +goose Up

-- A right to see goes with the customer: whoever no longer serves a customer,
-- because the customer got another manager or another branch, sees nothing of
-- the closed groups from that moment on. It does not matter what moved the
-- customer, a handover or an import.
-- +goose StatementBegin
CREATE FUNCTION customer_move_ends_grants() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    gone bigint;
BEGIN
    FOR gone IN
        UPDATE access_grant AS g
        SET ended_at = now(),
            end_reason = 'revoked'
        FROM staff AS s
        WHERE g.customer_id = NEW.id
            AND g.ended_at IS NULL
            AND g.expires_at > now()
            AND s.id = g.staff_id
            AND CASE s.role
                WHEN 'manager' THEN s.id IS DISTINCT FROM NEW.manager_id
                WHEN 'supervisor' THEN NOT in_branch(NEW.branch_id, s.branch_id)
                ELSE false
            END
        RETURNING g.staff_id
    LOOP
        PERFORM pg_notify('liuhen', 'grant:' || gone || '/' || NEW.no);
    END LOOP;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER customer_move_ends_grants
    AFTER UPDATE OF branch_id, manager_id ON customer
    FOR EACH ROW
    WHEN (NEW.branch_id IS DISTINCT FROM OLD.branch_id OR NEW.manager_id IS DISTINCT FROM OLD.manager_id)
    EXECUTE FUNCTION customer_move_ends_grants();
