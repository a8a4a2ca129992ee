-- +goose Up

-- The keys of the machine interface. A source system has at most two that live,
-- one for each slot, so that a new one can be handed out before the old one
-- ends. Only the SHA-256 of a token is kept: it has 160 random bits, so nothing
-- slower is needed. The prefix is no secret and names the token on screen.
CREATE TABLE source_token (
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    source_id    smallint    NOT NULL,
    slot         smallint    NOT NULL,
    prefix       text        NOT NULL,
    hash         bytea       NOT NULL,
    scopes       text[]      NOT NULL,
    note         text        NOT NULL DEFAULT '',
    created_by   bigint      NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_used_at timestamptz,
    revoked_at   timestamptz,
    revoked_by   bigint,
    CONSTRAINT source_token_pk PRIMARY KEY (id),
    CONSTRAINT source_token_prefix_unique UNIQUE (prefix),
    CONSTRAINT source_token_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT source_token_created_fk FOREIGN KEY (created_by) REFERENCES staff (id),
    CONSTRAINT source_token_revoked_fk FOREIGN KEY (revoked_by) REFERENCES staff (id),
    CONSTRAINT source_token_slot CHECK (slot IN (1, 2)),
    CONSTRAINT source_token_prefix_format CHECK (prefix ~ '^lh_[a-z2-7]{8}$'),
    CONSTRAINT source_token_hash_length CHECK (octet_length(hash) = 32),
    CONSTRAINT source_token_scopes CHECK (
        cardinality(scopes) > 0
        AND scopes <@ ARRAY['customers', 'accounts', 'holdings', 'loans', 'assessments', 'transactions', 'notes']
    ),
    CONSTRAINT source_token_note_length CHECK (char_length(note) <= 100),
    CONSTRAINT source_token_revoked CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
CREATE UNIQUE INDEX source_token_two_live_idx ON source_token (source_id, slot) WHERE revoked_at IS NULL;

-- An administrator issues in the own name and revokes once; the program notes
-- the use; what a token may do is written once.
-- +goose StatementBegin
CREATE FUNCTION source_token_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
DECLARE
    actor bigint := acting_staff();
BEGIN
    IF acts_as_owner(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF acting_role() IS DISTINCT FROM 'admin' OR NEW.created_by IS DISTINCT FROM actor OR NEW.revoked_at IS NOT NULL OR NEW.last_used_at IS NOT NULL THEN
            RAISE EXCEPTION 'a token is issued by an administrator in the own name' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.source_id, NEW.slot, NEW.prefix, NEW.hash, NEW.scopes, NEW.note, NEW.created_by, NEW.created_at)
       IS DISTINCT FROM (OLD.id, OLD.source_id, OLD.slot, OLD.prefix, OLD.hash, OLD.scopes, OLD.note, OLD.created_by, OLD.created_at) THEN
        RAISE EXCEPTION 'a token is written once' USING ERRCODE = '42501';
    END IF;
    IF OLD.revoked_at IS NOT NULL THEN
        RAISE EXCEPTION 'token % has ended', OLD.id USING ERRCODE = '42501';
    END IF;
    IF NEW.revoked_at IS NOT NULL AND (acting_role() IS DISTINCT FROM 'admin' OR NEW.revoked_by IS DISTINCT FROM actor) THEN
        RAISE EXCEPTION 'a token is ended by an administrator in the own name' USING ERRCODE = '42501';
    END IF;
    IF NEW.last_used_at IS DISTINCT FROM OLD.last_used_at AND actor IS DISTINCT FROM -1 THEN
        RAISE EXCEPTION 'only the program notes the use of a token' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER source_token_guard
    BEFORE INSERT OR UPDATE ON source_token
    FOR EACH ROW EXECUTE FUNCTION source_token_guard();
GRANT SELECT, INSERT ON source_token TO liuhen_app;
GRANT UPDATE (last_used_at, revoked_at, revoked_by) ON source_token TO liuhen_app;

-- What the machine interface answered to a key, so that a batch that is sent
-- again gets the same answer and is not merged again. It holds positions and
-- reasons and no value of the batch.
CREATE TABLE api_answer (
    source_id  smallint    NOT NULL,
    key        text        NOT NULL,
    resource   text        NOT NULL,
    sha256     bytea       NOT NULL,
    answer     text        NOT NULL,
    import_id  bigint      NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT api_answer_pk PRIMARY KEY (source_id, key),
    CONSTRAINT api_answer_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT api_answer_import_fk FOREIGN KEY (import_id) REFERENCES import_job (id),
    CONSTRAINT api_answer_key_length CHECK (char_length(key) BETWEEN 8 AND 100),
    CONSTRAINT api_answer_sha256 CHECK (octet_length(sha256) = 32)
);
CREATE TRIGGER api_answer_written_once
    BEFORE UPDATE ON api_answer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON api_answer TO liuhen_app;
