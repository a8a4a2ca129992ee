-- +goose Up

-- A request for several customers that was sent back may be sent again for fewer
-- of them: its requester, too, leaves customers out, and takes in again whom an
-- approver had left out before sending it back. Otherwise as in 0066.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION access_request_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    asked approval;
BEGIN
    IF acts_as_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    SELECT a.* INTO asked FROM approval AS a WHERE a.id = NEW.approval_id AND a.kind IN ('access', 'access_many');
    IF TG_OP = 'UPDATE' AND (NEW.approval_id, NEW.customer_id) IS DISTINCT FROM (OLD.approval_id, OLD.customer_id)
       OR asked.id IS NULL
       OR asked.kind = 'access' AND (asked.customer_id IS DISTINCT FROM NEW.customer_id OR NEW.left_out)
       OR asked.kind = 'access_many' AND asked.customer_id IS NOT NULL THEN
        RAISE EXCEPTION 'a request keeps its customer' USING ERRCODE = '42501';
    END IF;
    IF asked.requester_id = acting_staff()
       AND NEW.granted_groups IS NULL
       AND (TG_OP = 'INSERT' AND NOT NEW.left_out AND asked.state = 'pending' AND asked.submitted_at = now()
            OR TG_OP = 'UPDATE' AND asked.state = 'returned' AND (asked.kind = 'access' OR NEW.groups = OLD.groups)) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
       AND (to_jsonb(NEW) - 'granted_groups' - 'granted_minutes' - 'left_out') = (to_jsonb(OLD) - 'granted_groups' - 'granted_minutes' - 'left_out')
       AND COALESCE(NEW.granted_groups, NEW.groups) <@ COALESCE(OLD.granted_groups, OLD.groups)
       AND COALESCE(NEW.granted_minutes, NEW.minutes) <= COALESCE(OLD.granted_minutes, OLD.minutes)
       AND NEW.left_out >= OLD.left_out
       AND EXISTS (
           SELECT
           FROM approval_step AS s
           WHERE s.approval_id = NEW.approval_id
               AND s.approver_id = acting_staff()
               AND s.state = 'approved'
               AND s.decided_at = now()
       ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a request is written by its requester, and only narrowed by its approver' USING ERRCODE = '42501';
END
$$;
-- +goose StatementEnd
