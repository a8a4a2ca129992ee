-- +goose Up

-- Transactions come by the million, and most of what one costs is its place in
-- the indexes. Nothing reads them by account alone: the newest of an account is
-- found among those of its customer.
DROP INDEX bank_transaction_account_idx;

-- The numbers that sources give are looked up and never shown in an order of
-- people: comparing their bytes takes a fraction of the time.
-- +goose StatementBegin
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'customer_source', 'risk_assessment', 'consultation', 'account', 'account_party', 'loan', 'card',
        'card_statement', 'holding', 'standing_order', 'bank_transaction'
    ]
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN external_no TYPE text COLLATE "C"', name);
    END LOOP;
END
$$;
-- +goose StatementEnd

-- What the rows of a statement refer to is gathered once: few customers and
-- accounts beside many rows.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION bank_transaction_references() RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
BEGIN
    IF EXISTS (
        SELECT
        FROM (
            SELECT DISTINCT
                w.customer_id,
                w.account_id,
                w.source_id
            FROM written AS w
        ) AS d
        LEFT JOIN customer AS c ON c.id = d.customer_id
        LEFT JOIN account AS a ON a.id = d.account_id
        LEFT JOIN source_system AS s ON s.id = d.source_id
        WHERE c.id IS NULL
            OR (a.id IS NULL AND d.account_id IS NOT NULL)
            OR s.id IS NULL
    ) THEN
        RAISE EXCEPTION 'a transaction refers to an unknown customer, account or source'
            USING ERRCODE = '23503', CONSTRAINT = 'bank_transaction_references', TABLE = 'bank_transaction';
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
