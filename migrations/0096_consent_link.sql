-- +goose Up

-- The customer's own page opens by a link: a token of 160 bits of which only the
-- hash is kept, for one customer, until a time, or until it is revoked. ask is a
-- link by which the house asks; change is one the customer wanted, to see or change
-- what they chose.
CREATE TABLE consent_link (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    customer_id bigint      NOT NULL,
    token_hash  bytea       NOT NULL,
    purpose     text        NOT NULL,
    made_by     bigint      NOT NULL,
    made_at     timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    revoked_at  timestamptz,
    revoked_by  bigint,
    opened_at   timestamptz,
    CONSTRAINT consent_link_pk PRIMARY KEY (id),
    CONSTRAINT consent_link_token_unique UNIQUE (token_hash),
    CONSTRAINT consent_link_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT consent_link_made_by_fk FOREIGN KEY (made_by) REFERENCES staff (id),
    CONSTRAINT consent_link_revoked_by_fk FOREIGN KEY (revoked_by) REFERENCES staff (id),
    CONSTRAINT consent_link_token CHECK (octet_length(token_hash) = 32),
    CONSTRAINT consent_link_purpose CHECK (purpose IN ('ask', 'change')),
    CONSTRAINT consent_link_revoked CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
    CONSTRAINT consent_link_days CHECK (expires_at > made_at AND expires_at <= made_at + interval '31 days')
);
CREATE INDEX consent_link_customer_idx ON consent_link (customer_id, id DESC);
ALTER TABLE consent_act
    ADD CONSTRAINT consent_act_link_fk FOREIGN KEY (link_id) REFERENCES consent_link (id);
CREATE INDEX consent_act_link_idx ON consent_act (link_id, id DESC) WHERE link_id IS NOT NULL;
GRANT SELECT (id, customer_id, purpose, made_by, made_at, expires_at, revoked_at, revoked_by, opened_at) ON consent_link TO liuhen_app;

-- make_consent_link keeps a link that who acts made for a customer they look after,
-- and that it was put before the customer. The house does not ask within the quiet
-- days of a refusal; what the customer wants is always possible.
-- +goose StatementBegin
CREATE FUNCTION make_consent_link(customer bigint, hash bytea, why text, days integer) RETURNS bigint
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    made bigint;
BEGIN
    IF NOT serves_customer(acting_staff(), customer) THEN
        RAISE EXCEPTION 'a link is made by who looks after the customer' USING ERRCODE = '42501', CONSTRAINT = 'consent_link_scope';
    END IF;
    IF consent_wording_at(now()) IS NULL THEN
        RAISE EXCEPTION 'there is nothing to agree to' USING ERRCODE = '23514', CONSTRAINT = 'consent_link_wording';
    END IF;
    IF why = 'ask' AND EXISTS (
        SELECT
        FROM consent_contact AS k
        WHERE k.customer_id = make_consent_link.customer
            AND k.refused_at > now() - make_interval(days => consent_quiet_days())
    ) THEN
        RAISE EXCEPTION 'refused within the quiet days' USING ERRCODE = '23514', CONSTRAINT = 'consent_link_quiet';
    END IF;
    INSERT INTO consent_link (customer_id, token_hash, purpose, made_by, expires_at)
    VALUES (make_consent_link.customer, hash, why, acting_staff(), now() + make_interval(days => days))
    RETURNING id INTO made;
    PERFORM consent_enter(jsonb_build_array(jsonb_build_object(
        'customer_id', make_consent_link.customer, 'method', 'page', 'link_id', made, 'events', '[{"kind":"served"}]'::jsonb
    )));
    RETURN made;
END
$$;
-- +goose StatementEnd

-- revoke_consent_link ends a link at once: by who looks after the customer, or by
-- compliance. It returns the customer, NULL if there is nothing to end.
-- +goose StatementBegin
CREATE FUNCTION revoke_consent_link(link bigint) RETURNS bigint
    LANGUAGE sql
    VOLATILE
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
    UPDATE consent_link AS l
    SET revoked_at = now(),
        revoked_by = acting_staff()
    WHERE l.id = link
        AND l.revoked_at IS NULL
        AND l.expires_at > now()
        AND (serves_customer(acting_staff(), l.customer_id) OR acting_role() = 'compliance')
    RETURNING l.customer_id
$$;
-- +goose StatementEnd

-- consent_link_of is the live link of a token. The token is hashed before it is
-- looked up: how long that takes tells nothing of any token that exists.
-- +goose StatementBegin
CREATE FUNCTION consent_link_of(token text) RETURNS consent_link
    LANGUAGE sql
    STABLE
AS $$
    SELECT l.*
    FROM consent_link AS l
    WHERE l.token_hash = sha256(convert_to(token, 'UTF8'))
        AND l.revoked_at IS NULL
        AND l.expires_at > now()
$$;
-- +goose StatementEnd

-- consent_page is what the customer's page may show to who holds the token, and no
-- more: a name of which all but the first character is left out, branch, manager,
-- what is agreed to and still counts. NULL for a token that opens nothing. The
-- first look in ten minutes is written down as opened.
-- +goose StatementBegin
CREATE FUNCTION consent_page(token text, from_address inet, from_device text) RETURNS jsonb
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    l     consent_link := consent_link_of(token);
    today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    IF l.id IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE consent_link AS k
    SET opened_at = now()
    WHERE k.id = l.id
        AND (k.opened_at IS NULL OR k.opened_at < now() - interval '10 minutes');
    IF FOUND THEN
        PERFORM consent_enter(jsonb_build_array(jsonb_build_object(
            'customer_id', l.customer_id, 'method', 'page', 'link_id', l.id,
            'address', from_address, 'device', from_device, 'events', '[{"kind":"opened"}]'::jsonb
        )));
    END IF;
    RETURN (
        SELECT jsonb_build_object(
            'name', left(c.name, 1) || CASE c.gender WHEN 'female' THEN '女士' WHEN 'male' THEN '先生' ELSE '*' END,
            'branch', b.name,
            'manager', COALESCE(m.name || '（工号 ' || m.no || '）', ''),
            'answered_at', k.answered_at,
            'receipt', (
                SELECT a.receipt
                FROM consent_act AS a
                WHERE a.customer_id = c.id
                    AND a.receipt IS NOT NULL
                ORDER BY a.id DESC
                LIMIT 1
            ),
            'personal', COALESCE((
                SELECT h.agreed
                FROM consent_choice AS h
                WHERE h.customer_id = c.id
                    AND h.subject = 'personal'
                ORDER BY h.at DESC, h.agreed, h.id DESC
                LIMIT 1
            ), false),
            'open', (
                SELECT COALESCE(jsonb_agg(jsonb_build_object('category', s.category, 'channel', s.channel)), '[]')
                FROM consent_state AS s
                WHERE s.customer_id = c.id
                    AND consent_verdict(s.state, s.wording_no, s.expires_on, consent_asks_since(s.category, now()), today) = ''
            )
        )
        FROM customer AS c
        JOIN branch AS b ON b.id = c.branch_id
        LEFT JOIN staff AS m ON m.id = c.manager_id
        LEFT JOIN consent_contact AS k ON k.customer_id = c.id
        WHERE c.id = l.customer_id
    );
END
$$;
-- +goose StatementEnd

-- consent_by_page takes the answer of who holds the token: the pairs that are
-- ticked, of those that the wording shown offers; what is not ticked is refused, or
-- withdrawn where it was agreed to; none says no to everything at once. The wording
-- shown must still be the one in force. It returns the receipt, the customer's
-- number and manager, NULL for a token that opens nothing.
-- +goose StatementBegin
CREATE FUNCTION consent_by_page(token text, answer jsonb, from_address inet, from_device text)
    RETURNS TABLE (receipt text, customer_id bigint, customer_no text, manager_id bigint)
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
#variable_conflict use_column
DECLARE
    l      consent_link := consent_link_of(token);
    shown  integer := (answer ->> 'wording')::integer;
    events jsonb;
    code   text;
BEGIN
    IF l.id IS NULL THEN
        RETURN;
    END IF;
    IF shown IS DISTINCT FROM consent_wording_at(now()) THEN
        RAISE EXCEPTION 'another wording is in force' USING ERRCODE = '23514', CONSTRAINT = 'consent_event_wording';
    END IF;
    PERFORM consent_hold(ARRAY[l.customer_id]);
    IF (answer ->> 'none')::boolean THEN
        events := jsonb_build_array(jsonb_build_object('kind', CASE WHEN EXISTS (
            SELECT FROM consent_state AS s WHERE s.customer_id = l.customer_id AND s.state = 'granted'
        ) THEN 'withdrawn' ELSE 'refused' END));
    ELSE
        SELECT jsonb_agg(jsonb_build_object('category', t.category, 'channel', h.channel, 'kind', CASE
            WHEN answer -> 'ticked' ? (t.category || '.' || h.channel) THEN 'granted'
            WHEN s.state = 'granted' THEN 'withdrawn'
            ELSE 'refused'
        END) ORDER BY t.category, h.channel)
        INTO events
        FROM consent_wording AS w
        JOIN consent_wording_text AS t ON t.wording_id = w.id
        CROSS JOIN LATERAL unnest(t.channels) AS h (channel)
        LEFT JOIN consent_state AS s ON s.customer_id = l.customer_id AND s.category = t.category AND s.channel = h.channel
        WHERE w.no = shown;
    END IF;
    SELECT e.receipt INTO code
    FROM consent_enter(jsonb_build_array(jsonb_build_object(
        'customer_id', l.customer_id, 'method', 'page', 'link_id', l.id, 'address', from_address, 'device', from_device,
        'events', events,
        'choices', jsonb_build_array(jsonb_build_object(
            'subject', 'personal',
            'agreed', COALESCE((answer ->> 'personal')::boolean, false) AND NOT COALESCE((answer ->> 'none')::boolean, false)
        ))
    ))) AS e;
    RETURN QUERY
    SELECT
        code,
        c.id,
        c.no,
        COALESCE(c.manager_id, 0)
    FROM customer AS c
    WHERE c.id = l.customer_id;
END
$$;
-- +goose StatementEnd

-- consent_verify is what a receipt proves to who holds its code: when, how, to
-- which wording, what was said; of the customer a masked name. NULL for a code that
-- was never given.
-- +goose StatementBegin
CREATE FUNCTION consent_verify(code text) RETURNS jsonb
    LANGUAGE sql
    STABLE
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
    SELECT jsonb_build_object(
        'receipt', a.receipt,
        'name', left(c.name, 1) || repeat('*', GREATEST(char_length(c.name) - 1, 1)),
        'at', a.at,
        'recorded_at', a.recorded_at,
        'method', a.method,
        'wording', (SELECT max(e.wording_no) FROM consent_event AS e WHERE e.act_id = a.id),
        'hash', (
            SELECT encode(w.hash, 'hex')
            FROM consent_wording AS w
            WHERE w.no = (SELECT max(e.wording_no) FROM consent_event AS e WHERE e.act_id = a.id)
        ),
        'personal', (
            SELECT h.agreed
            FROM consent_choice AS h
            WHERE h.act_id = a.id
                AND h.customer_id = a.customer_id
                AND h.subject = 'personal'
            ORDER BY h.id DESC
            LIMIT 1
        ),
        'newer', EXISTS (
            SELECT
            FROM consent_act AS n
            WHERE n.customer_id = a.customer_id
                AND n.receipt IS NOT NULL
                AND n.id > a.id
        ),
        'said', (
            SELECT COALESCE(jsonb_agg(jsonb_build_object(
                'kind', e.kind, 'category', COALESCE(e.category, ''), 'channel', COALESCE(e.channel, '')
            ) ORDER BY e.id), '[]')
            FROM consent_event AS e
            WHERE e.act_id = a.id
        )
    )
    FROM consent_act AS a
    JOIN customer AS c ON c.id = a.customer_id
    WHERE a.receipt = code
$$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION
    make_consent_link(bigint, bytea, text, integer),
    revoke_consent_link(bigint),
    consent_link_of(text),
    consent_page(text, inet, text),
    consent_by_page(text, jsonb, inet, text),
    consent_verify(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    make_consent_link(bigint, bytea, text, integer),
    revoke_consent_link(bigint),
    consent_page(text, inet, text),
    consent_by_page(text, jsonb, inet, text),
    consent_verify(text) TO liuhen_app;
