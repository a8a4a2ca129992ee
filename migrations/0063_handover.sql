-- +goose Up

-- Who has left for good. It is said only of a disabled account, and only once no
-- customer is left without somebody to look after them.
ALTER TABLE staff
    ADD COLUMN left_on date,
    ADD CONSTRAINT staff_left_is_disabled CHECK (left_on IS NULL OR disabled_at IS NOT NULL);

-- +goose StatementBegin
CREATE FUNCTION staff_leaves_nobody_behind() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF EXISTS (SELECT FROM customer AS c WHERE c.manager_id = NEW.id) THEN
        RAISE EXCEPTION 'person % still looks after customers', NEW.id
            USING ERRCODE = '23514', CONSTRAINT = 'staff_customers_remain';
    END IF;
    IF NEW.left_on IS NOT NULL AND EXISTS (SELECT FROM staff AS s WHERE s.superior_id = NEW.id AND s.disabled_at IS NULL) THEN
        RAISE EXCEPTION 'people still answer to person %', NEW.id
            USING ERRCODE = '23514', CONSTRAINT = 'staff_subordinates_remain';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER staff_leaves_nobody_behind
    BEFORE UPDATE OF left_on, role ON staff
    FOR EACH ROW
    WHEN (
        NEW.left_on IS NOT NULL AND OLD.left_on IS NULL
        OR NEW.role NOT IN ('manager', 'supervisor') AND OLD.role IN ('manager', 'supervisor')
    )
    EXECUTE FUNCTION staff_leaves_nobody_behind();

-- Who comes back is disabled no more, and has not left.
-- +goose StatementBegin
CREATE FUNCTION staff_comes_back() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    NEW.left_on := NULL;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER staff_comes_back
    BEFORE UPDATE OF disabled_at ON staff
    FOR EACH ROW
    WHEN (NEW.disabled_at IS NULL AND OLD.left_on IS NOT NULL)
    EXECUTE FUNCTION staff_comes_back();

-- customers_to_hand counts the customers of a person by grade (0 for none), for
-- an administrator, who sees no customer: figures, and nothing of anybody's file.
-- +goose StatementBegin
CREATE FUNCTION customers_to_hand(person bigint) RETURNS TABLE (grade smallint, customers integer)
    LANGUAGE sql
    STABLE
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
    SELECT
        COALESCE(c.grade, 0)::smallint,
        count(*)::integer
    FROM customer AS c
    WHERE c.manager_id = person
        AND (acting_role() = 'admin' OR acting_staff() = -1)
    GROUP BY COALESCE(c.grade, 0)
$$;
-- +goose StatementEnd

-- chosen_to_hand deals the customers of a person, or those of one grade (0 for
-- none, NULL for all), to the receivers in turn.
-- +goose StatementBegin
CREATE FUNCTION chosen_to_hand(person bigint, receivers bigint[], only_grade smallint)
    RETURNS TABLE (customer_id bigint, receiver_id bigint)
    LANGUAGE sql
    STABLE
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
    SELECT
        c.id,
        receivers[1 + ((row_number() OVER (ORDER BY c.id) - 1) % cardinality(receivers))]
    FROM customer AS c
    WHERE c.manager_id = person
        AND (only_grade IS NULL OR COALESCE(c.grade, 0) = only_grade)
$$;
-- +goose StatementEnd

-- ends_with_handover counts what of a person ends when the customers chosen are
-- handed over: live grants, and requests not yet decided.
-- +goose StatementBegin
CREATE FUNCTION ends_with_handover(person bigint, only_grade smallint) RETURNS TABLE (grants integer, requests integer)
    LANGUAGE sql
    STABLE
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
    WITH chosen AS (
        SELECT c.id
        FROM customer AS c
        WHERE c.manager_id = person
            AND (only_grade IS NULL OR COALESCE(c.grade, 0) = only_grade)
            AND (acting_role() = 'admin' OR acting_staff() = -1)
    )
    SELECT
        (
            SELECT count(*)::integer
            FROM access_grant AS g
            WHERE g.staff_id = person
                AND g.ended_at IS NULL
                AND g.expires_at > now()
                AND g.customer_id IN (SELECT c.id FROM chosen AS c)
        ),
        (
            SELECT count(*)::integer
            FROM approval AS a
            WHERE a.requester_id = person
                AND a.state IN ('pending', 'returned')
                AND a.customer_id IN (SELECT c.id FROM chosen AS c)
        )
$$;
-- +goose StatementEnd

-- hand_over gives the customers of a person, or those of one grade, to receivers
-- in turn; each comes to the receiver's branch. What the person may see of them,
-- and has asked for, ends. Each customer has its line on the trail. An
-- administrator does it, never to or from the own account; it returns how many
-- each receiver got. The trigger on customer keeps who it was before.
-- +goose StatementBegin
CREATE FUNCTION hand_over(person bigint, receivers bigint[], only_grade smallint) RETURNS TABLE (receiver bigint, customers integer)
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    gone bigint;
BEGIN
    IF acting_staff() IS DISTINCT FROM -1
       AND (acting_role() IS DISTINCT FROM 'admin' OR acting_staff() = person OR acting_staff() = ANY (receivers)) THEN
        RAISE EXCEPTION 'an administrator hands customers over between others' USING ERRCODE = '42501';
    END IF;
    IF cardinality(receivers) = 0 OR person = ANY (receivers) OR EXISTS (
        SELECT
        FROM unnest(receivers) AS r (id)
        LEFT JOIN staff AS s ON s.id = r.id
        WHERE s.id IS NULL
            OR s.disabled_at IS NOT NULL
            OR s.role NOT IN ('manager', 'supervisor')
    ) THEN
        RAISE EXCEPTION 'customers are handed to people who serve customers'
            USING ERRCODE = '23514', CONSTRAINT = 'handover_receiver';
    END IF;
    PERFORM FROM customer AS c WHERE c.manager_id = person ORDER BY c.id FOR UPDATE;
    CREATE TEMPORARY TABLE handing ON COMMIT DROP AS
    SELECT h.customer_id, h.receiver_id
    FROM chosen_to_hand(person, receivers, only_grade) AS h;
    UPDATE customer AS c
    SET manager_id = h.receiver_id,
        branch_id = s.branch_id,
        managed_since = current_date,
        updated_at = now()
    FROM handing AS h
    JOIN staff AS s ON s.id = h.receiver_id
    WHERE c.id = h.customer_id;
    UPDATE access_grant AS g
    SET ended_at = now(),
        end_reason = 'revoked'
    FROM handing AS h
    WHERE g.staff_id = person
        AND g.customer_id = h.customer_id
        AND g.ended_at IS NULL
        AND g.expires_at > now();
    FOR gone IN
        UPDATE approval AS a
        SET state = 'withdrawn',
            closed_at = now()
        FROM handing AS h
        WHERE a.requester_id = person
            AND a.customer_id = h.customer_id
            AND a.state IN ('pending', 'returned')
        RETURNING a.id
    LOOP
        INSERT INTO approval_event (approval_id, staff_id, kind, comment)
        VALUES (gone, person, 'withdrawn', '客户已移交他人，申请自动失效。');
        PERFORM pg_notify('liuhen', 'inbox:' || s.approver_id)
        FROM approval_step AS s
        WHERE s.approval_id = gone
            AND s.state = 'pending';
        UPDATE approval_step
        SET state = 'dropped'
        WHERE approval_id = gone
            AND state IN ('later', 'pending');
    END LOOP;
    INSERT INTO trail (staff_id, staff_no, staff_name, staff_role, action, customer_id, customer_no, detail)
    SELECT
        acting_staff(),
        COALESCE(b.no, ''),
        COALESCE(b.name, '系统'),
        COALESCE(b.role, 'system'),
        'customer.handed_over',
        c.id,
        c.no,
        '主办由' || f.name || '（' || f.no || '）改为' || t.name || '（' || t.no || '）'
    FROM handing AS h
    JOIN customer AS c ON c.id = h.customer_id
    JOIN staff AS f ON f.id = person
    JOIN staff AS t ON t.id = h.receiver_id
    LEFT JOIN staff AS b ON b.id = acting_staff();
    RETURN QUERY
    SELECT
        h.receiver_id,
        count(*)::integer
    FROM handing AS h
    GROUP BY h.receiver_id;
    DROP TABLE handing;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION
    customers_to_hand(bigint),
    chosen_to_hand(bigint, bigint[], smallint),
    ends_with_handover(bigint, smallint),
    hand_over(bigint, bigint[], smallint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    customers_to_hand(bigint),
    ends_with_handover(bigint, smallint),
    hand_over(bigint, bigint[], smallint) TO liuhen_app;
