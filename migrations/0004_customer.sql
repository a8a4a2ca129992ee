-- +goose Up

-- A system of the bank that data come from.
CREATE TABLE source_system (
    id   smallint GENERATED ALWAYS AS IDENTITY,
    code text     NOT NULL,
    name text     NOT NULL,
    note text     NOT NULL DEFAULT '',
    CONSTRAINT source_system_pk PRIMARY KEY (id),
    CONSTRAINT source_system_code_unique UNIQUE (code),
    CONSTRAINT source_system_code_format CHECK (code ~ '^[a-z][a-z0-9-]{1,29}$')
);

CREATE SEQUENCE customer_no_seq MINVALUE 10000001 MAXVALUE 99999999;

-- The open part of a customer's file (field group basic). Masked forms, bands
-- and keyed hashes of closed values are stored beside, so that a masked page
-- and an exact search never touch a clear value.
CREATE TABLE customer (
    id               bigint      GENERATED ALWAYS AS IDENTITY,
    no               text        NOT NULL DEFAULT nextval('customer_no_seq')::text,
    name             text        NOT NULL,
    initials         text        NOT NULL DEFAULT '',
    pinyin           text        NOT NULL DEFAULT '',
    gender           text,
    birth_band       smallint,
    occupation       text        NOT NULL DEFAULT '',
    residence        text        NOT NULL DEFAULT '',
    opened_on        date,
    branch_id        bigint      NOT NULL,
    manager_id       bigint,
    managed_since    date,
    grade            smallint,
    graded_on        date,
    grade_until      date,
    asset_band       smallint,
    mobile_mask      text        NOT NULL DEFAULT '',
    email_mask       text        NOT NULL DEFAULT '',
    address_mask     text        NOT NULL DEFAULT '',
    certificate_kind text        NOT NULL DEFAULT '',
    certificate_mask text        NOT NULL DEFAULT '',
    mobile_tail      text        NOT NULL DEFAULT '',
    certificate_tail text        NOT NULL DEFAULT '',
    mobile_token     bytea,
    certificate_token bytea,
    last_contact_at  timestamptz,
    last_contact_via text        NOT NULL DEFAULT '',
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT customer_pk PRIMARY KEY (id),
    CONSTRAINT customer_no_unique UNIQUE (no),
    CONSTRAINT customer_certificate_unique UNIQUE (certificate_token),
    CONSTRAINT customer_branch_fk FOREIGN KEY (branch_id) REFERENCES branch (id),
    CONSTRAINT customer_manager_fk FOREIGN KEY (manager_id) REFERENCES staff (id),
    CONSTRAINT customer_no_format CHECK (no ~ '^[0-9]{8}$'),
    CONSTRAINT customer_name_length CHECK (char_length(name) BETWEEN 1 AND 60),
    CONSTRAINT customer_gender CHECK (gender IN ('female', 'male')),
    CONSTRAINT customer_grade CHECK (grade BETWEEN 1 AND 5),
    CONSTRAINT customer_asset_band CHECK (asset_band BETWEEN 0 AND 6)
);
-- One list order per index; each ends with the id as tie-breaker.
CREATE INDEX customer_manager_contact_idx ON customer (manager_id, last_contact_at DESC NULLS LAST, id DESC);
CREATE INDEX customer_branch_contact_idx ON customer (branch_id, last_contact_at DESC NULLS LAST, id DESC);
CREATE INDEX customer_contact_idx ON customer (last_contact_at DESC NULLS LAST, id DESC);
CREATE INDEX customer_pinyin_idx ON customer (pinyin, id);
CREATE INDEX customer_initials_idx ON customer (initials text_pattern_ops);
CREATE INDEX customer_name_idx ON customer (name text_pattern_ops);
CREATE INDEX customer_mobile_tail_idx ON customer (mobile_tail);
CREATE INDEX customer_certificate_tail_idx ON customer (certificate_tail);
CREATE INDEX customer_mobile_token_idx ON customer (mobile_token);

-- The number a source system knows a customer by.
CREATE TABLE customer_source (
    source_id   smallint    NOT NULL,
    external_no text        NOT NULL,
    customer_id bigint      NOT NULL,
    first_seen  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT customer_source_pk PRIMARY KEY (source_id, external_no),
    CONSTRAINT customer_source_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT customer_source_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id)
);
CREATE INDEX customer_source_customer_idx ON customer_source (customer_id);

-- Which source last filled a block of the file, and when.
CREATE TABLE customer_block (
    customer_id bigint      NOT NULL,
    block       text        NOT NULL,
    source_id   smallint    NOT NULL,
    synced_at   timestamptz NOT NULL,
    CONSTRAINT customer_block_pk PRIMARY KEY (customer_id, block, source_id),
    CONSTRAINT customer_block_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT customer_block_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT customer_block_word CHECK (block IN ('basic', 'contact', 'identity', 'assets', 'transactions', 'assessment', 'consultation'))
);

CREATE TABLE risk_assessment (
    id          bigint   GENERATED ALWAYS AS IDENTITY,
    customer_id bigint   NOT NULL,
    source_id   smallint NOT NULL,
    external_no text     NOT NULL,
    grade       smallint NOT NULL,
    assessed_on date     NOT NULL,
    valid_until date     NOT NULL,
    method      text     NOT NULL DEFAULT '',
    CONSTRAINT risk_assessment_pk PRIMARY KEY (id),
    CONSTRAINT risk_assessment_source_unique UNIQUE (source_id, external_no),
    CONSTRAINT risk_assessment_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT risk_assessment_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT risk_assessment_grade CHECK (grade BETWEEN 1 AND 5),
    CONSTRAINT risk_assessment_dates CHECK (valid_until > assessed_on)
);
CREATE INDEX risk_assessment_customer_idx ON risk_assessment (customer_id, assessed_on DESC, id DESC);

-- What was talked about with a customer: written by staff (staff_id) or
-- imported from a source (source_id, external_no). Open with the basic group.
CREATE TABLE consultation (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    customer_id bigint      NOT NULL,
    at          timestamptz NOT NULL,
    via         text        NOT NULL,
    body        text        NOT NULL,
    staff_id    bigint,
    source_id   smallint,
    external_no text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT consultation_pk PRIMARY KEY (id),
    CONSTRAINT consultation_source_unique UNIQUE (source_id, external_no),
    CONSTRAINT consultation_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT consultation_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT consultation_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT consultation_via CHECK (via IN ('wecom', 'phone', 'counter', 'visit', 'other')),
    CONSTRAINT consultation_body_length CHECK (char_length(body) BETWEEN 1 AND 2000),
    CONSTRAINT consultation_has_author CHECK ((source_id IS NULL) = (external_no IS NULL) AND (staff_id IS NOT NULL OR source_id IS NOT NULL))
);
CREATE INDEX consultation_customer_idx ON consultation (customer_id, at DESC, id DESC);

GRANT SELECT, INSERT ON source_system TO liuhen_app;
GRANT SELECT, INSERT, UPDATE ON customer, customer_source, customer_block, risk_assessment TO liuhen_app;
GRANT SELECT, INSERT, UPDATE ON consultation TO liuhen_app;
GRANT USAGE ON SEQUENCE customer_no_seq TO liuhen_app;
