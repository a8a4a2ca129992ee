-- +goose Up

-- The texts to which customers agree, version by version. A row without a number
-- waits for its second person or was not accepted. From no version on anything
-- of it can be changed; hash is over its canonical text (consent_wording_canon).
-- In force at a moment is the version with the highest number whose time has come.
CREATE TABLE consent_wording (
    id            bigint      GENERATED ALWAYS AS IDENTITY,
    no            integer,
    base          integer     NOT NULL,
    approval_id   bigint,
    author_id     bigint,
    approver_id   bigint,
    title         text        NOT NULL,
    intro         text        NOT NULL,
    body          text        NOT NULL,
    note          text        NOT NULL,
    hash          bytea       NOT NULL,
    in_force_from timestamptz NOT NULL,
    proposed_at   timestamptz NOT NULL DEFAULT now(),
    published_at  timestamptz,
    carried       boolean     NOT NULL DEFAULT false,
    CONSTRAINT consent_wording_pk PRIMARY KEY (id),
    CONSTRAINT consent_wording_no_unique UNIQUE (no),
    CONSTRAINT consent_wording_approval_unique UNIQUE (approval_id),
    CONSTRAINT consent_wording_approval_fk FOREIGN KEY (approval_id) REFERENCES approval (id),
    CONSTRAINT consent_wording_author_fk FOREIGN KEY (author_id) REFERENCES staff (id),
    CONSTRAINT consent_wording_approver_fk FOREIGN KEY (approver_id) REFERENCES staff (id),
    CONSTRAINT consent_wording_published CHECK ((no IS NULL) = (published_at IS NULL)),
    CONSTRAINT consent_wording_two_people CHECK (
        no IS NULL OR carried
        OR (author_id IS NOT NULL AND approver_id IS NOT NULL AND author_id <> approver_id)
    ),
    CONSTRAINT consent_wording_title CHECK (char_length(title) BETWEEN 2 AND 40 AND title !~ '[[:cntrl:]]'),
    CONSTRAINT consent_wording_intro CHECK (char_length(intro) BETWEEN 10 AND 200 AND intro !~ '[[:cntrl:]]'),
    CONSTRAINT consent_wording_body CHECK (char_length(body) BETWEEN 100 AND 8000 AND translate(body, chr(10), '') !~ '[[:cntrl:]]'),
    CONSTRAINT consent_wording_note CHECK (char_length(note) BETWEEN 4 AND 300 AND note !~ '[[:cntrl:]]'),
    CONSTRAINT consent_wording_hash CHECK (octet_length(hash) = 32)
);

-- What a version says of a category: the purpose in plain words, how often, by
-- which channels, for how long, and whether who agreed before must be asked again.
-- A category without a row is not offered. Private funds are never shown to a
-- circle of friends (私募投资基金监督管理条例 第二十条).
CREATE TABLE consent_wording_text (
    wording_id   bigint   NOT NULL,
    category     text     NOT NULL,
    purpose      text     NOT NULL,
    frequency    text     NOT NULL,
    channels     text[]   NOT NULL,
    valid_months smallint,
    ask_again    boolean  NOT NULL,
    CONSTRAINT consent_wording_text_pk PRIMARY KEY (wording_id, category),
    CONSTRAINT consent_wording_text_wording_fk FOREIGN KEY (wording_id) REFERENCES consent_wording (id),
    CONSTRAINT consent_wording_text_category_fk FOREIGN KEY (category) REFERENCES consent_category (code),
    CONSTRAINT consent_wording_text_purpose CHECK (char_length(purpose) BETWEEN 4 AND 200 AND purpose !~ '[[:cntrl:]]'),
    CONSTRAINT consent_wording_text_frequency CHECK (char_length(frequency) BETWEEN 2 AND 40 AND frequency !~ '[[:cntrl:]]'),
    CONSTRAINT consent_wording_text_channels CHECK (cardinality(channels) > 0 AND channels <@ ARRAY['moments', 'mass', 'chat', 'phone', 'sms']),
    CONSTRAINT consent_wording_text_months CHECK (valid_months BETWEEN 1 AND 60),
    CONSTRAINT consent_wording_text_private CHECK (category <> 'private' OR NOT 'moments' = ANY (channels))
);

-- consent_wording_canon is the text the hash is over. Wording.Canonical is the
-- same in the program.
-- +goose StatementBegin
CREATE FUNCTION consent_wording_canon(wording bigint) RETURNS text
    LANGUAGE sql
    STABLE
AS $$
    SELECT 'liuhen consent wording 1' || chr(30) || w.title || chr(30) || w.intro || chr(30) || w.body || (
        SELECT COALESCE(string_agg(
            chr(30) || t.category || chr(31) || t.purpose || chr(31) || t.frequency || chr(31) || array_to_string(t.channels, ',')
            || chr(31) || COALESCE(t.valid_months::text, '') || chr(31) || CASE WHEN t.ask_again THEN '1' ELSE '0' END,
            '' ORDER BY g.position
        ), '')
        FROM consent_wording_text AS t
        JOIN consent_category AS g ON g.code = t.category
        WHERE t.wording_id = w.id
    )
    FROM consent_wording AS w
    WHERE w.id = consent_wording_canon.wording
$$;
-- +goose StatementEnd

-- consent_wording_at is the number of the version in force at a moment, NULL
-- before the first. Both are in a language that keeps their plans: the ledger asks
-- them with each act.
-- +goose StatementBegin
CREATE FUNCTION consent_wording_at(moment timestamptz) RETURNS integer
    LANGUAGE plpgsql
    STABLE
AS $$
BEGIN
    RETURN (
        SELECT max(w.no)
        FROM consent_wording AS w
        WHERE w.no IS NOT NULL
            AND w.in_force_from <= moment
    );
END
$$;
-- +goose StatementEnd

-- consent_asks_since is the first version under which a grant of a category still
-- counts at a moment; 0 while none asked again.
-- +goose StatementBegin
CREATE FUNCTION consent_asks_since(wanted text, moment timestamptz) RETURNS integer
    LANGUAGE plpgsql
    STABLE
AS $$
BEGIN
    RETURN (
        SELECT COALESCE(max(w.no), 0)
        FROM consent_wording AS w
        JOIN consent_wording_text AS t ON t.wording_id = w.id
        WHERE w.no IS NOT NULL
            AND w.in_force_from <= moment
            AND t.category = wanted
            AND t.ask_again
    );
END
$$;
-- +goose StatementEnd

-- A version is proposed by compliance in their own name, with the request for the
-- second person's approval, and never changed.
-- +goose StatementBegin
CREATE FUNCTION consent_wording_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acts_as_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP <> 'INSERT'
       OR acting_role() IS DISTINCT FROM 'compliance'
       OR NEW.author_id IS DISTINCT FROM acting_staff()
       OR NEW.no IS NOT NULL
       OR NEW.approver_id IS NOT NULL
       OR NEW.carried
       OR NEW.proposed_at <> now()
       OR NOT EXISTS (
           SELECT
           FROM approval AS a
           WHERE a.id = NEW.approval_id
               AND a.kind = 'consent_wording'
               AND a.requester_id = acting_staff()
               AND a.state = 'pending'
               AND a.submitted_at = now()
       ) THEN
        RAISE EXCEPTION 'a wording is proposed by compliance, once' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER consent_wording_guard
    BEFORE INSERT OR UPDATE OR DELETE ON consent_wording
    FOR EACH ROW EXECUTE FUNCTION consent_wording_guard();

-- +goose StatementBegin
CREATE FUNCTION consent_wording_text_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP <> 'INSERT'
       OR NOT EXISTS (
           SELECT
           FROM consent_wording AS w
           WHERE w.id = NEW.wording_id
               AND w.proposed_at = now()
               AND (acts_as_owner(TG_RELID) OR w.no IS NULL AND w.author_id = acting_staff())
       )
       OR NOT EXISTS (SELECT FROM consent_category AS g WHERE g.code = NEW.category AND g.leaf) THEN
        RAISE EXCEPTION 'the texts of a wording come with it, one a leaf' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER consent_wording_text_guard
    BEFORE INSERT OR UPDATE OR DELETE ON consent_wording_text
    FOR EACH ROW EXECUTE FUNCTION consent_wording_text_guard();

-- publish_consent_wording gives a proposal its number: called by its approver in
-- the transaction of the approval, on the version it was written on. It comes
-- into force when it says, and not before it was agreed to.
-- +goose StatementBegin
CREATE FUNCTION publish_consent_wording(approval bigint) RETURNS integer
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    latest    integer;
    latest_at timestamptz;
    published integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('consent/wording', 0));
    SELECT
        COALESCE(max(w.no), 0),
        COALESCE(max(w.in_force_from), '-infinity')
    INTO latest, latest_at
    FROM consent_wording AS w
    WHERE w.no IS NOT NULL;
    UPDATE consent_wording AS w
    SET no = latest + 1,
        published_at = now(),
        in_force_from = GREATEST(w.in_force_from, now()),
        approver_id = acting_staff()
    FROM approval AS a
    WHERE w.approval_id = publish_consent_wording.approval
        AND w.no IS NULL
        AND w.base = latest
        AND GREATEST(w.in_force_from, now()) > latest_at
        AND w.hash = sha256(convert_to(consent_wording_canon(w.id), 'UTF8'))
        AND a.id = w.approval_id
        AND a.kind = 'consent_wording'
        AND a.state = 'approved'
        AND a.closed_at = now()
        AND a.requester_id = w.author_id
        AND w.author_id <> acting_staff()
        AND acting_role() IN ('compliance', 'risk')
        AND EXISTS (
            SELECT
            FROM approval_step AS s
            WHERE s.approval_id = a.id
                AND s.approver_id = acting_staff()
                AND s.state = 'approved'
                AND s.decided_at = now()
        )
        AND EXISTS (SELECT FROM consent_wording_text AS t WHERE t.wording_id = w.id)
    RETURNING w.no INTO published;
    IF published IS NULL THEN
        RAISE EXCEPTION 'the wording of request % is not published', approval
            USING ERRCODE = '42501', CONSTRAINT = 'consent_wording_publish';
    END IF;
    RETURN published;
END
$$;
-- +goose StatementEnd

-- carry_consent_wording takes over a text that was in use before the portal was,
-- with the time since which it was. It is for the program, and only while the
-- ledger is empty: later it could make consents valid that were not.
-- +goose StatementBegin
CREATE FUNCTION carry_consent_wording(wording jsonb) RETURNS integer
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    latest integer;
    made   bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('consent/wording', 0));
    SELECT COALESCE(max(w.no), 0) INTO latest FROM consent_wording AS w;
    IF acting_staff() IS DISTINCT FROM -1
       OR (wording ->> 'in_force_from')::timestamptz > now()
       OR EXISTS (SELECT FROM consent_event)
       OR EXISTS (
           SELECT
           FROM consent_wording AS w
           WHERE w.no IS NOT NULL
               AND w.in_force_from >= (wording ->> 'in_force_from')::timestamptz
       ) THEN
        RAISE EXCEPTION 'a text is carried over by the program, in order, before the first consent' USING ERRCODE = '42501';
    END IF;
    INSERT INTO consent_wording (no, base, title, intro, body, note, hash, in_force_from, published_at, carried)
    VALUES (
        latest + 1,
        latest,
        wording ->> 'title',
        wording ->> 'intro',
        wording ->> 'body',
        wording ->> 'note',
        decode(wording ->> 'hash', 'hex'),
        (wording ->> 'in_force_from')::timestamptz,
        now(),
        true
    )
    RETURNING id INTO made;
    INSERT INTO consent_wording_text (wording_id, category, purpose, frequency, channels, valid_months, ask_again)
    SELECT
        made,
        t.category,
        t.purpose,
        t.frequency,
        t.channels,
        t.valid_months,
        t.ask_again
    FROM jsonb_to_recordset(wording -> 'texts')
        AS t (category text, purpose text, frequency text, channels text[], valid_months smallint, ask_again boolean);
    IF NOT EXISTS (
        SELECT
        FROM consent_wording AS w
        WHERE w.id = made
            AND w.hash = sha256(convert_to(consent_wording_canon(made), 'UTF8'))
    ) THEN
        RAISE EXCEPTION 'the hash is not of this text' USING ERRCODE = '42501';
    END IF;
    RETURN latest + 1;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION publish_consent_wording(bigint), carry_consent_wording(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION publish_consent_wording(bigint), carry_consent_wording(jsonb) TO liuhen_app;
GRANT SELECT, INSERT ON consent_wording, consent_wording_text TO liuhen_app;
