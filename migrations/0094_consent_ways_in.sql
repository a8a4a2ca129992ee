-- +goose Up

-- The ways into the ledger. liuhen_app may not write it; each way is a function
-- that says who comes by it, and the guards of 0092 say what may be written.

-- consent_quiet_days is how long after a refusal nobody is asked again
-- (网络数据安全管理条例 第二十二条: no frequent asking after a refusal; the number is
-- the house's own choice). QuietDays is the same in the program.
-- +goose StatementBegin
CREATE FUNCTION consent_quiet_days() RETURNS integer
    LANGUAGE sql
    IMMUTABLE
AS $$
    SELECT 90
$$;
-- +goose StatementEnd

-- consent_enter writes acts with their events and choices, in one statement for
-- all of them. It is called by the ways in only.
-- +goose StatementBegin
CREATE FUNCTION consent_enter(acts jsonb) RETURNS TABLE (act_id bigint, receipt text)
    LANGUAGE plpgsql
    VOLATILE
    SET search_path = pg_catalog, public
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH given AS MATERIALIZED (
        SELECT
            nextval('public.consent_act_id_seq') AS id,
            r.customer_id,
            COALESCE(r.at, now()) AS at,
            r.method,
            COALESCE(r.evidence, '') AS evidence,
            COALESCE(r.reason, '') AS reason,
            r.staff_id,
            r.link_id,
            r.address,
            COALESCE(r.device, '') AS device,
            COALESCE(r.events, '[]') AS events,
            COALESCE(r.choices, '[]') AS choices,
            consent_wording_at(COALESCE(r.at, now())) AS wording_no
        FROM jsonb_to_recordset(acts) AS r (
            customer_id bigint, at timestamptz, method text, evidence text, reason text, staff_id bigint,
            link_id bigint, address inet, device text, events jsonb, choices jsonb
        )
    ), acted AS (
        INSERT INTO consent_act (id, customer_id, at, method, evidence, reason, staff_id, link_id, address, device, receipt)
        OVERRIDING SYSTEM VALUE
        SELECT
            g.id,
            g.customer_id,
            g.at,
            g.method,
            g.evidence,
            g.reason,
            g.staff_id,
            g.link_id,
            g.address,
            g.device,
            CASE WHEN g.choices <> '[]' OR jsonb_path_exists(g.events, '$[*] ? (@.kind != "served" && @.kind != "opened" && @.kind != "lapsed")') THEN consent_receipt() END
        FROM given AS g
        RETURNING consent_act.id, consent_act.receipt
    ), said AS (
        INSERT INTO consent_event (act_id, customer_id, at, kind, category, channel, wording_no)
        SELECT
            g.id,
            g.customer_id,
            g.at,
            e.kind,
            e.category,
            e.channel,
            g.wording_no
        FROM given AS g
        CROSS JOIN LATERAL jsonb_to_recordset(g.events) AS e (kind text, category text, channel text)
    ), chosen AS (
        INSERT INTO consent_choice (act_id, customer_id, at, subject, agreed)
        SELECT
            g.id,
            g.customer_id,
            g.at,
            h.subject,
            h.agreed
        FROM given AS g
        CROSS JOIN LATERAL jsonb_to_recordset(g.choices) AS h (subject text, agreed boolean)
    )
    SELECT
        a.id,
        a.receipt
    FROM acted AS a
    ORDER BY a.id;
END
$$;
-- +goose StatementEnd

-- consent_by_staff writes down what a customer said to somebody: in the own name
-- of who acts, who looks after the customer; to close, risk control and compliance
-- may do it as well, for nobody who wants to refuse is sent elsewhere. What a
-- customer refused within the quiet days is not opened again on somebody's word.
-- +goose StatementBegin
CREATE FUNCTION consent_by_staff(act jsonb) RETURNS text
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    who     bigint := (act ->> 'customer_id')::bigint;
    said_at timestamptz := COALESCE((act ->> 'at')::timestamptz, now());
BEGIN
    IF acting_role() IS NULL
       OR (act ->> 'method') IS NULL
       OR (act ->> 'method') NOT IN ('card', 'paper', 'recording', 'spoken')
       OR jsonb_path_exists(act, '$.events[*] ? (@.kind != "granted" && @.kind != "refused" && @.kind != "withdrawn")')
       OR NOT (serves_customer(acting_staff(), who) OR acting_role() IN ('risk', 'compliance')) THEN
        RAISE EXCEPTION 'consent is recorded by who looks after the customer' USING ERRCODE = '42501', CONSTRAINT = 'consent_by_staff';
    END IF;
    IF act ->> 'method' = 'spoken' AND EXISTS (
        SELECT
        FROM jsonb_to_recordset(act -> 'events') AS e (kind text, category text, channel text)
        JOIN consent_state AS s ON s.customer_id = who AND s.category = e.category AND s.channel = e.channel
        WHERE e.kind = 'granted'
            AND s.state IN ('refused', 'withdrawn')
            AND s.since > said_at - make_interval(days => consent_quiet_days())
    ) THEN
        RAISE EXCEPTION 'refused within the quiet days' USING ERRCODE = '23514', CONSTRAINT = 'consent_asked_again';
    END IF;
    RETURN (
        SELECT e.receipt
        FROM consent_enter(jsonb_build_array((act - 'link_id') || jsonb_build_object('staff_id', acting_staff()))) AS e
    );
END
$$;
-- +goose StatementEnd

-- consent_by_program writes down what came from elsewhere: an import with its
-- evidence, an answer by a word of refusal, a consent that lapses, a page served
-- by a channel. It returns how many acts there are.
-- +goose StatementBegin
CREATE FUNCTION consent_by_program(acts jsonb) RETURNS bigint
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF acting_staff() IS DISTINCT FROM -1
       OR jsonb_path_exists(acts, '$[*] ? (@.method != "import" && @.method != "reply" && @.method != "program")') THEN
        RAISE EXCEPTION 'only the program does this' USING ERRCODE = '42501', CONSTRAINT = 'consent_by_program';
    END IF;
    RETURN (SELECT count(*) FROM consent_enter(acts));
END
$$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION
    consent_receipt(),
    consent_enter(jsonb),
    consent_by_staff(jsonb),
    consent_by_program(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    consent_by_staff(jsonb),
    consent_by_program(jsonb) TO liuhen_app;
