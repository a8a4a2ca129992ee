-- +goose Up

-- in_branch and access_relation as before, in a language that keeps their plans:
-- each page of a file asks, and planning them anew cost more than all the rest
-- of what it asks.

-- in_branch reports whether a branch is another one or lies below it, at most
-- thirty-two levels down.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION in_branch(inner_branch bigint, outer_branch bigint) RETURNS boolean
    LANGUAGE plpgsql
    STABLE
AS $$
DECLARE
    above bigint := inner_branch;
BEGIN
    FOR level IN 0..32 LOOP
        IF above = outer_branch THEN
            RETURN true;
        END IF;
        above := (SELECT b.parent_id FROM branch AS b WHERE b.id = above);
        EXIT WHEN above IS NULL;
    END LOOP;
    RETURN false;
END
$$;
-- +goose StatementEnd

-- access_relation is how a person stands to a customer, as the policy asks it:
-- the manager of today, the own branch and below, a manager of before, other;
-- NULL if there is no such person or customer.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION access_relation(person bigint, customer bigint) RETURNS text
    LANGUAGE plpgsql
    STABLE
AS $$
DECLARE
    served bigint;
    opened bigint;
    home   bigint;
BEGIN
    SELECT
        c.manager_id,
        c.branch_id,
        s.branch_id
    INTO served, opened, home
    FROM customer AS c
    CROSS JOIN staff AS s
    WHERE c.id = access_relation.customer
        AND s.id = access_relation.person;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF served = person THEN
        RETURN 'managing';
    END IF;
    IF in_branch(opened, home) THEN
        RETURN 'branch';
    END IF;
    PERFORM
    FROM customer_manager_past AS p
    WHERE p.customer_id = access_relation.customer
        AND p.staff_id = access_relation.person;
    IF FOUND THEN
        RETURN 'former';
    END IF;
    RETURN 'other';
END
$$;
-- +goose StatementEnd
