-- +goose Up

-- Who looked at files when, at how many a day, and whose closed groups without a
-- contact afterwards, so that unusual access is found without reading the trail
-- of a month, and the trail needs no further index. They are made of the trail,
-- for days that are over, by sum_access_days and by nothing else; the trail of
-- past days never changes, so neither does what is made of it. Days are those of the institution's
-- clock, weekday is 1 for Monday to 7.
CREATE TABLE access_hour (
    day      date        NOT NULL,
    staff_id bigint      NOT NULL,
    hour     smallint    NOT NULL,
    weekday  smallint    NOT NULL GENERATED ALWAYS AS (extract(isodow FROM day)) STORED,
    looks    integer     NOT NULL,
    last     timestamptz NOT NULL,
    CONSTRAINT access_hour_pk PRIMARY KEY (day, staff_id, hour),
    CONSTRAINT access_hour_hour CHECK (hour BETWEEN 0 AND 23),
    CONSTRAINT access_hour_looks CHECK (looks > 0)
);
CREATE TABLE access_day (
    day       date        NOT NULL,
    staff_id  bigint      NOT NULL,
    customers integer     NOT NULL,
    last      timestamptz NOT NULL,
    CONSTRAINT access_day_pk PRIMARY KEY (day, staff_id),
    CONSTRAINT access_day_customers CHECK (customers > 0)
);

-- A line of the trail by which closed groups were looked at, and when the
-- customer was next spoken with; NULL while that has not happened.
CREATE TABLE access_reveal (
    trail_id    bigint      NOT NULL,
    at          timestamptz NOT NULL,
    staff_id    bigint      NOT NULL,
    customer_id bigint      NOT NULL,
    contact_at  timestamptz,
    CONSTRAINT access_reveal_pk PRIMARY KEY (trail_id),
    CONSTRAINT access_reveal_contact CHECK (contact_at >= at)
);
CREATE INDEX access_reveal_at_idx ON access_reveal (at);

-- The days before until are summed up.
CREATE TABLE access_summed (
    only_row boolean NOT NULL DEFAULT true,
    until    date    NOT NULL,
    CONSTRAINT access_summed_pk PRIMARY KEY (only_row),
    CONSTRAINT access_summed_one CHECK (only_row)
);
INSERT INTO access_summed (until) VALUES ('-infinity');

-- access_looks are the looks on the trail from the beginning of a day to that of
-- another.
-- +goose StatementBegin
CREATE FUNCTION access_looks(first_day date, end_day date) RETURNS TABLE (
    staff_id    bigint,
    customer_id bigint,
    at          timestamptz
)
    LANGUAGE sql
    STABLE
AS $$
    SELECT
        t.staff_id,
        t.customer_id,
        t.at
    FROM trail AS t
    WHERE t.at >= first_day::timestamp AT TIME ZONE 'Asia/Shanghai'
        AND t.at < end_day::timestamp AT TIME ZONE 'Asia/Shanghai'
        AND t.action IN ('customer.viewed', 'customer.revealed')
        AND NOT t.refused
        AND t.customer_id IS NOT NULL
        AND t.staff_id > 0
$$;
-- +goose StatementEnd

-- sum_access_days sums up the days that are over and not summed yet, of the last
-- 130: no policy looks back further, and what is older is forgotten. A day is
-- over ten minutes after midnight, when whatever was written on it is there. It
-- also sees whom of a month was spoken with since: imports bring contacts late,
-- and no policy waits longer than thirty days for one.
-- +goose StatementBegin
CREATE FUNCTION sum_access_days() RETURNS date
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    first_day date;
    today     date := (now() - interval '10 minutes') AT TIME ZONE 'Asia/Shanghai';
BEGIN
    SELECT GREATEST(s.until, today - 130) INTO first_day FROM access_summed AS s FOR UPDATE;
    UPDATE access_reveal AS r
    SET contact_at = n.at
    FROM (
        SELECT
            x.trail_id,
            (SELECT min(c.at) FROM consultation AS c WHERE c.customer_id = x.customer_id AND c.at >= x.at) AS at
        FROM access_reveal AS x
        WHERE x.at > now() - interval '31 days'
    ) AS n
    WHERE r.trail_id = n.trail_id
        AND r.contact_at IS DISTINCT FROM n.at;
    IF first_day >= today THEN
        RETURN first_day;
    END IF;
    INSERT INTO access_reveal (trail_id, at, staff_id, customer_id, contact_at)
    SELECT
        t.id,
        t.at,
        t.staff_id,
        t.customer_id,
        (SELECT min(c.at) FROM consultation AS c WHERE c.customer_id = t.customer_id AND c.at >= t.at)
    FROM trail AS t
    WHERE t.at >= first_day::timestamp AT TIME ZONE 'Asia/Shanghai'
        AND t.at < today::timestamp AT TIME ZONE 'Asia/Shanghai'
        AND t.action = 'customer.revealed'
        AND NOT t.refused
        AND t.customer_id IS NOT NULL
        AND t.staff_id > 0
    ORDER BY t.id;
    INSERT INTO access_hour (day, staff_id, hour, looks, last)
    SELECT
        (l.at AT TIME ZONE 'Asia/Shanghai')::date,
        l.staff_id,
        extract(hour FROM l.at AT TIME ZONE 'Asia/Shanghai'),
        count(*),
        max(l.at)
    FROM access_looks(first_day, today) AS l
    GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3;
    INSERT INTO access_day (day, staff_id, customers, last)
    SELECT
        (l.at AT TIME ZONE 'Asia/Shanghai')::date,
        l.staff_id,
        count(DISTINCT l.customer_id),
        max(l.at)
    FROM access_looks(first_day, today) AS l
    GROUP BY 1, 2
    ORDER BY 1, 2;
    DELETE FROM access_hour AS h WHERE h.day < today - 130;
    DELETE FROM access_day AS d WHERE d.day < today - 130;
    DELETE FROM access_reveal AS r WHERE r.at < today - 130;
    UPDATE access_summed SET until = today;
    RETURN today;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION sum_access_days() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sum_access_days() TO liuhen_app;
GRANT SELECT ON access_hour, access_day, access_reveal, access_summed TO liuhen_app;
