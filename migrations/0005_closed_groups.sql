-- +goose Up

-- The closed field groups. Each table names its group in its comment; the
-- policies that hide its rows are in 0007. Every row carries its customer, its
-- source and the number the source knows it by.

-- group contact
CREATE TABLE contact_point (
    id          bigint   GENERATED ALWAYS AS IDENTITY,
    customer_id bigint   NOT NULL,
    source_id   smallint NOT NULL,
    kind        text     NOT NULL,
    value       text     NOT NULL,
    synced_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT contact_point_pk PRIMARY KEY (id),
    CONSTRAINT contact_point_unique UNIQUE (customer_id, source_id, kind),
    CONSTRAINT contact_point_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT contact_point_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT contact_point_kind CHECK (kind IN ('mobile', 'phone', 'email', 'address')),
    CONSTRAINT contact_point_length CHECK (char_length(value) BETWEEN 1 AND 200)
);

-- group identity
CREATE TABLE identity_document (
    id          bigint   GENERATED ALWAYS AS IDENTITY,
    customer_id bigint   NOT NULL,
    source_id   smallint NOT NULL,
    kind        text     NOT NULL,
    number      text     NOT NULL,
    birth_date  date,
    synced_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT identity_document_pk PRIMARY KEY (id),
    CONSTRAINT identity_document_unique UNIQUE (customer_id, source_id, kind),
    CONSTRAINT identity_document_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT identity_document_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT identity_document_kind CHECK (kind IN ('resident_id', 'passport', 'permit', 'foreign_id')),
    CONSTRAINT identity_document_length CHECK (char_length(number) BETWEEN 1 AND 40)
);

-- group assets
CREATE TABLE account (
    id          bigint        GENERATED ALWAYS AS IDENTITY,
    customer_id bigint,
    source_id   smallint      NOT NULL,
    external_no text          NOT NULL,
    kind        text          NOT NULL DEFAULT '',
    currency    text          NOT NULL DEFAULT 'CNY',
    balance     numeric(18,2),
    balance_on  date,
    opened_on   date,
    statement   text          NOT NULL DEFAULT '',
    synced_at   timestamptz   NOT NULL DEFAULT now(),
    CONSTRAINT account_pk PRIMARY KEY (id),
    CONSTRAINT account_source_unique UNIQUE (source_id, external_no),
    CONSTRAINT account_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT account_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT account_currency CHECK (currency ~ '^[A-Z]{3}$')
);
CREATE INDEX account_customer_idx ON account (customer_id, id);

-- group assets: who may dispose of an account
CREATE TABLE account_party (
    id          bigint   GENERATED ALWAYS AS IDENTITY,
    customer_id bigint   NOT NULL,
    source_id   smallint NOT NULL,
    external_no text     NOT NULL,
    account_id  bigint   NOT NULL,
    role        text     NOT NULL,
    synced_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT account_party_pk PRIMARY KEY (id),
    CONSTRAINT account_party_source_unique UNIQUE (source_id, external_no),
    CONSTRAINT account_party_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT account_party_account_fk FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT account_party_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT account_party_role CHECK (role IN ('owner', 'disponent'))
);
CREATE INDEX account_party_customer_idx ON account_party (customer_id, id);
CREATE INDEX account_party_account_idx ON account_party (account_id);

-- group assets
CREATE TABLE loan (
    id          bigint        GENERATED ALWAYS AS IDENTITY,
    customer_id bigint        NOT NULL,
    source_id   smallint      NOT NULL,
    external_no text          NOT NULL,
    account_id  bigint,
    kind        text          NOT NULL DEFAULT '',
    principal   numeric(18,2) NOT NULL,
    months      smallint      NOT NULL,
    monthly     numeric(18,2) NOT NULL,
    granted_on  date          NOT NULL,
    status      text          NOT NULL,
    synced_at   timestamptz   NOT NULL DEFAULT now(),
    CONSTRAINT loan_pk PRIMARY KEY (id),
    CONSTRAINT loan_source_unique UNIQUE (source_id, external_no),
    CONSTRAINT loan_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT loan_account_fk FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT loan_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT loan_status CHECK (status IN ('finished', 'defaulted', 'running', 'in_debt')),
    CONSTRAINT loan_amounts CHECK (principal > 0 AND months > 0 AND monthly >= 0)
);
CREATE INDEX loan_customer_idx ON loan (customer_id, id);

-- group assets
CREATE TABLE card (
    id           bigint        GENERATED ALWAYS AS IDENTITY,
    customer_id  bigint        NOT NULL,
    source_id    smallint      NOT NULL,
    external_no  text          NOT NULL,
    account_id   bigint,
    kind         text          NOT NULL,
    credit_limit numeric(18,2),
    issued_on    date,
    synced_at    timestamptz   NOT NULL DEFAULT now(),
    CONSTRAINT card_pk PRIMARY KEY (id),
    CONSTRAINT card_source_unique UNIQUE (source_id, external_no),
    CONSTRAINT card_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT card_account_fk FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT card_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id)
);
CREATE INDEX card_customer_idx ON card (customer_id, id);

-- group assets: a month of a credit card; delay counts months behind, 0 or less is on time
CREATE TABLE card_statement (
    id          bigint        GENERATED ALWAYS AS IDENTITY,
    customer_id bigint        NOT NULL,
    source_id   smallint      NOT NULL,
    external_no text          NOT NULL,
    month       date          NOT NULL,
    billed      numeric(18,2) NOT NULL,
    paid        numeric(18,2) NOT NULL,
    delay       smallint      NOT NULL,
    CONSTRAINT card_statement_pk PRIMARY KEY (id),
    CONSTRAINT card_statement_unique UNIQUE (source_id, external_no, month),
    CONSTRAINT card_statement_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT card_statement_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT card_statement_month CHECK (date_trunc('month', month) = month)
);
CREATE INDEX card_statement_customer_idx ON card_statement (customer_id, month DESC);

-- group assets
CREATE TABLE holding (
    id           bigint        GENERATED ALWAYS AS IDENTITY,
    customer_id  bigint        NOT NULL,
    source_id    smallint      NOT NULL,
    external_no  text          NOT NULL,
    product_code text          NOT NULL,
    product_name text          NOT NULL,
    risk         smallint,
    units        numeric(20,4) NOT NULL,
    value        numeric(18,2) NOT NULL,
    valued_on    date          NOT NULL,
    synced_at    timestamptz   NOT NULL DEFAULT now(),
    CONSTRAINT holding_pk PRIMARY KEY (id),
    CONSTRAINT holding_source_unique UNIQUE (source_id, external_no),
    CONSTRAINT holding_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT holding_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id),
    CONSTRAINT holding_risk CHECK (risk BETWEEN 1 AND 5)
);
CREATE INDEX holding_customer_idx ON holding (customer_id, value DESC, id);

-- group transactions
CREATE TABLE standing_order (
    id             bigint        GENERATED ALWAYS AS IDENTITY,
    customer_id    bigint        NOT NULL,
    source_id      smallint      NOT NULL,
    external_no    text          NOT NULL,
    account_id     bigint,
    amount         numeric(18,2) NOT NULL,
    purpose        text          NOT NULL DEFAULT '',
    counterparty   text          NOT NULL DEFAULT '',
    synced_at      timestamptz   NOT NULL DEFAULT now(),
    CONSTRAINT standing_order_pk PRIMARY KEY (id),
    CONSTRAINT standing_order_source_unique UNIQUE (source_id, external_no),
    CONSTRAINT standing_order_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT standing_order_account_fk FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT standing_order_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id)
);
CREATE INDEX standing_order_customer_idx ON standing_order (customer_id, id);

-- group transactions: amount is signed, money out is negative
CREATE TABLE bank_transaction (
    id           bigint        GENERATED ALWAYS AS IDENTITY,
    customer_id  bigint        NOT NULL,
    source_id    smallint      NOT NULL,
    external_no  text          NOT NULL,
    account_id   bigint,
    booked_on    date          NOT NULL,
    operation    text          NOT NULL DEFAULT '',
    amount       numeric(18,2) NOT NULL,
    balance      numeric(18,2),
    purpose      text          NOT NULL DEFAULT '',
    counterparty text          NOT NULL DEFAULT '',
    synced_at    timestamptz   NOT NULL DEFAULT now(),
    CONSTRAINT bank_transaction_pk PRIMARY KEY (id),
    CONSTRAINT bank_transaction_source_unique UNIQUE (source_id, external_no),
    CONSTRAINT bank_transaction_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT bank_transaction_account_fk FOREIGN KEY (account_id) REFERENCES account (id),
    CONSTRAINT bank_transaction_source_fk FOREIGN KEY (source_id) REFERENCES source_system (id)
);
CREATE INDEX bank_transaction_customer_idx ON bank_transaction (customer_id, booked_on DESC, id DESC);
CREATE INDEX bank_transaction_account_idx ON bank_transaction (account_id, booked_on DESC, id DESC);

-- What a value was before an import changed it. before holds the old columns
-- as JSON and is hidden with the group it came from.
CREATE TABLE value_history (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    customer_id bigint      NOT NULL,
    field_group text        NOT NULL,
    entity      text        NOT NULL,
    external_no text        NOT NULL,
    before      jsonb       NOT NULL,
    changed_at  timestamptz NOT NULL DEFAULT now(),
    import_id   bigint,
    CONSTRAINT value_history_pk PRIMARY KEY (id),
    CONSTRAINT value_history_customer_fk FOREIGN KEY (customer_id) REFERENCES customer (id),
    CONSTRAINT value_history_group CHECK (field_group IN ('basic', 'contact', 'identity', 'assets', 'transactions'))
);
CREATE INDEX value_history_customer_idx ON value_history (customer_id, changed_at DESC, id DESC);
CREATE TRIGGER value_history_written_once
    BEFORE UPDATE OR DELETE ON value_history
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
