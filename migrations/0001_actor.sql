-- +goose Up

-- liuhen_app is the weaker role the program works as. It owns nothing, so
-- row-level security holds for it, and it is told what it may do table by table.
-- +goose StatementBegin
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'liuhen_app') THEN
        CREATE ROLE liuhen_app NOLOGIN;
    END IF;
END
$$;
-- +goose StatementEnd

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO liuhen_app;

-- The key that proves who acts, split into the two pads of HMAC-SHA256 so that
-- a check is two calls of the built-in sha256. liuhen_app cannot read it: SQL
-- injected into the program cannot sign itself a new identity.
CREATE TABLE actor_key (
    only_row  boolean NOT NULL DEFAULT true,
    inner_pad bytea   NOT NULL,
    outer_pad bytea   NOT NULL,
    CONSTRAINT actor_key_pk PRIMARY KEY (only_row),
    CONSTRAINT actor_key_one_row CHECK (only_row),
    CONSTRAINT actor_key_pads CHECK (octet_length(inner_pad) = 64 AND octet_length(outer_pad) = 64)
);

-- acting_staff returns who acts in this transaction: a staff id, -1 for the
-- program itself (imports, clean-up), or NULL when nobody is signed in.
-- The setting liuhen.actor reads "<id>.<unix seconds>.<hex HMAC of both>" and is
-- accepted for ten minutes around the start of the transaction; one that does
-- not verify is an attack or a wrong key, and fails the statement.
-- Policies call it as (SELECT acting_staff()), which runs once a statement.
-- +goose StatementBegin
CREATE FUNCTION acting_staff() RETURNS bigint
    LANGUAGE plpgsql
    STABLE
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    claim text := current_setting('liuhen.actor', true);
    parts text[];
    pads  actor_key;
BEGIN
    IF claim IS NULL OR claim = '' THEN
        RETURN NULL;
    END IF;
    parts := string_to_array(claim, '.');
    SELECT k.only_row, k.inner_pad, k.outer_pad INTO pads FROM actor_key AS k;
    IF pads.outer_pad IS NULL
       OR cardinality(parts) <> 3
       OR encode(sha256(pads.outer_pad || sha256(pads.inner_pad || convert_to(parts[1] || '.' || parts[2], 'UTF8'))), 'hex') <> parts[3] THEN
        RAISE EXCEPTION 'the acting staff member is not proven' USING ERRCODE = '28000';
    END IF;
    IF abs(extract(epoch FROM now()) - parts[2]::bigint) > 600 THEN
        RAISE EXCEPTION 'the proof of the acting staff member is out of date' USING ERRCODE = '28000';
    END IF;
    RETURN parts[1]::bigint;
END
$$;
-- +goose StatementEnd

-- refuse_change stands behind tables and columns that are written once.
-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are written once', TG_OP, TG_TABLE_NAME
        USING ERRCODE = '42501';
END
$$;
-- +goose StatementEnd
