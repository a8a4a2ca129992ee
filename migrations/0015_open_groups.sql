-- +goose Up

-- open_groups returns which closed groups of a customer who acts may see, and
-- until when. It is what a page asks before it shows a section as open. It is
-- written to be folded into the statement that calls it: who acts is proven once.
-- +goose StatementBegin
CREATE FUNCTION open_groups(customer bigint) RETURNS TABLE (field_group text, until timestamptz)
    LANGUAGE sql
    STABLE
AS $$
    SELECT
        g.field_group,
        max(g.expires_at)
    FROM access_grant AS g
    WHERE g.staff_id = (SELECT acting_staff())
        AND g.customer_id = customer
        AND g.ended_at IS NULL
        AND g.expires_at > now()
    GROUP BY g.field_group
$$;
-- +goose StatementEnd

DROP FUNCTION holds_grant(bigint, text);
