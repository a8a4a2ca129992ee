-- +goose Up

-- The ledger of consent. An act is one moment with a customer: a page served or
-- opened, an answer, a withdrawal, a record on the customer's word. It holds what
-- all its events share: when it was said (at, never in the future) and written
-- down (recorded_at), how, by which evidence, by whom, from where. What was
-- decided in it is a row of consent_event each. Both are only ever added to, and
-- only by the functions of 0094 and 0095; the guards below hold for everybody.
CREATE TABLE consent_act (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    customer_id bigint      NOT NULL,
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    method      text        NOT NULL,
    evidence    text        NOT NULL DEFAULT '',
    reason      text        NOT NULL DEFAULT '',
    staff_id    bigint,
    link_id     bigint,
    address     inet,
    device      text        NOT NULL DEFAULT '',
    receipt     text,
    CONSTRAINT consent_act_pk PRIMARY KEY (id),
    CONSTRAINT consent_act_receipt_unique UNIQUE (receipt),
    CONSTRAINT consent_act_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT consent_act_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT consent_act_method CHECK (method IN ('page', 'card', 'paper', 'recording', 'spoken', 'reply', 'import', 'program')),
    CONSTRAINT consent_act_page_has_link CHECK (method <> 'page' OR link_id IS NOT NULL),
    CONSTRAINT consent_act_staff_named CHECK ((method IN ('card', 'paper', 'recording', 'spoken')) = (staff_id IS NOT NULL)),
    CONSTRAINT consent_act_receipt_format CHECK (receipt ~ '^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$'),
    CONSTRAINT consent_act_evidence_text CHECK (char_length(evidence) <= 80 AND evidence !~ '[[:cntrl:]]'),
    CONSTRAINT consent_act_reason_text CHECK (char_length(reason) <= 200 AND reason !~ '[[:cntrl:]]'),
    CONSTRAINT consent_act_device_text CHECK (char_length(device) <= 200 AND device !~ '[[:cntrl:]]')
);
CREATE INDEX consent_act_customer_idx ON consent_act (customer_id, id DESC);

-- A category of NULL is every one, a channel of NULL every one. wording_no is the
-- version that was shown.
CREATE TABLE consent_event (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    act_id      bigint      NOT NULL,
    customer_id bigint      NOT NULL,
    at          timestamptz NOT NULL,
    kind        text        NOT NULL,
    category    text,
    channel     text,
    wording_no  integer,
    CONSTRAINT consent_event_pk PRIMARY KEY (id),
    CONSTRAINT consent_event_act_fk FOREIGN KEY (act_id) REFERENCES consent_act (id),
    CONSTRAINT consent_event_category_fk FOREIGN KEY (category) REFERENCES consent_category (code),
    CONSTRAINT consent_event_channel_fk FOREIGN KEY (channel) REFERENCES consent_channel (code),
    CONSTRAINT consent_event_wording_fk FOREIGN KEY (wording_no) REFERENCES consent_wording (no),
    CONSTRAINT consent_event_kind CHECK (kind IN ('served', 'opened', 'granted', 'refused', 'withdrawn', 'lapsed')),
    CONSTRAINT consent_event_grant_is_narrow CHECK (kind <> 'granted' OR (category IS NOT NULL AND channel IS NOT NULL AND wording_no IS NOT NULL)),
    CONSTRAINT consent_event_served_is_whole CHECK (kind NOT IN ('served', 'opened') OR (category IS NULL AND channel IS NULL AND wording_no IS NOT NULL))
);
CREATE INDEX consent_event_customer_idx ON consent_event (customer_id, at DESC, id DESC);
CREATE INDEX consent_event_act_idx ON consent_event (act_id, id);

-- Consents that are not about marketing stand beside the ledger's categories and
-- can open none of them: to personalised recommendation (个人信息保护法
-- 第二十四条) and to the archiving of conversations. The newest word counts, and of
-- two at the same moment the refusal.
CREATE TABLE consent_choice (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    act_id      bigint      NOT NULL,
    customer_id bigint      NOT NULL,
    at          timestamptz NOT NULL,
    subject     text        NOT NULL,
    agreed      boolean     NOT NULL,
    CONSTRAINT consent_choice_pk PRIMARY KEY (id),
    CONSTRAINT consent_choice_act_fk FOREIGN KEY (act_id) REFERENCES consent_act (id),
    CONSTRAINT consent_choice_subject CHECK (subject IN ('personal', 'archive'))
);
CREATE INDEX consent_choice_customer_idx ON consent_choice (customer_id, subject, at DESC, agreed, id DESC);

-- +goose StatementBegin
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['consent_act', 'consent_event', 'consent_choice'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', t || '_written_once', t);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', t || '_not_truncated', t);
        EXECUTE format('GRANT SELECT ON %I TO liuhen_app', t);
    END LOOP;
END
$$;
-- +goose StatementEnd

-- An act is of the past, is written down now, and is of its time.
-- +goose StatementBegin
CREATE FUNCTION consent_act_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    NEW.recorded_at := now();
    IF NEW.at > now() OR NEW.at < '2000-01-01' THEN
        RAISE EXCEPTION 'nothing is agreed to in the future' USING ERRCODE = '23514', CONSTRAINT = 'consent_act_past';
    END IF;
    IF NEW.staff_id IS NOT NULL AND NEW.staff_id IS DISTINCT FROM acting_staff() THEN
        RAISE EXCEPTION 'nobody records a consent in another name' USING ERRCODE = '42501', CONSTRAINT = 'consent_act_own_name';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER consent_act_guard
    BEFORE INSERT ON consent_act
    FOR EACH ROW EXECUTE FUNCTION consent_act_guard();

-- What may be written down of an act, whoever writes it:
--
-- - an event is of its act's customer and moment, and comes with it;
-- - a grant is of a leaf, by a channel that the wording in force at that moment
--   offers for it;
-- - a grant by card, on paper, recorded or imported names its evidence, one on the
--   customer's word is recorded by who looks after the customer, and none comes by
--   reply or from the program;
-- - only the program lets a consent lapse.
-- +goose StatementBegin
CREATE FUNCTION consent_event_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    wrong text;
BEGIN
    SELECT CASE
        WHEN (a.customer_id, a.at) IS DISTINCT FROM (w.customer_id, w.at) OR a.recorded_at <> now() THEN 'consent_event_of_its_act'
        WHEN w.kind = 'lapsed' AND a.method <> 'program' THEN 'consent_event_lapse'
        WHEN w.kind IN ('refused', 'withdrawn') AND a.method = 'program' THEN 'consent_event_program'
        WHEN w.kind <> 'granted' THEN NULL
        WHEN a.method IN ('reply', 'program') THEN 'consent_event_method'
        WHEN NOT EXISTS (SELECT FROM consent_category AS g WHERE g.code = w.category AND g.leaf) THEN 'consent_event_leaf'
        WHEN w.wording_no IS DISTINCT FROM consent_wording_at(w.at) THEN 'consent_event_wording'
        WHEN NOT EXISTS (
            SELECT
            FROM consent_wording AS v
            JOIN consent_wording_text AS t ON t.wording_id = v.id
            WHERE v.no = w.wording_no
                AND t.category = w.category
                AND w.channel = ANY (t.channels)
        ) THEN 'consent_event_offered'
        WHEN a.method IN ('card', 'paper', 'recording', 'import') AND a.evidence = '' THEN 'consent_event_evidence'
        WHEN a.staff_id IS NOT NULL AND NOT serves_customer(a.staff_id, a.customer_id) THEN 'consent_event_scope'
    END
    INTO wrong
    FROM written AS w
    JOIN consent_act AS a ON a.id = w.act_id
    ORDER BY 1 NULLS LAST
    LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'consent: %', wrong USING ERRCODE = '23514', CONSTRAINT = wrong;
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER consent_event_guard
    AFTER INSERT ON consent_event
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION consent_event_guard();

-- +goose StatementBegin
CREATE FUNCTION consent_choice_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM consent_act AS a
        WHERE a.id = NEW.act_id
            AND a.customer_id = NEW.customer_id
            AND a.at = NEW.at
            AND a.recorded_at = now()
            AND (NOT NEW.agreed OR a.method NOT IN ('reply', 'program'))
    ) THEN
        RAISE EXCEPTION 'a choice comes with its act' USING ERRCODE = '23514', CONSTRAINT = 'consent_choice_of_its_act';
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER consent_choice_guard
    AFTER INSERT ON consent_choice
    FOR EACH ROW EXECUTE FUNCTION consent_choice_guard();

-- consent_receipt makes up the code of a receipt: sixty bits of chance in letters
-- and digits that are not mistaken for each other.
-- +goose StatementBegin
CREATE FUNCTION consent_receipt() RETURNS text
    LANGUAGE plpgsql
    VOLATILE
AS $$
DECLARE
    chance bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    code   text := '';
BEGIN
    FOR i IN 0..11 LOOP
        code := code || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (get_byte(chance, i) & 31), 1);
        IF i IN (3, 7) THEN
            code := code || '-';
        END IF;
    END LOOP;
    RETURN code;
END
$$;
-- +goose StatementEnd
