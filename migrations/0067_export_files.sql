-- +goose Up

-- An export may hold the closed groups of a few customers' files instead of a
-- list: whose is written once, with the request. What of it a file shows is what
-- is granted when the file is made.
ALTER TABLE export_request
    ADD COLUMN customers bigint[],
    DROP CONSTRAINT export_request_groups,
    ADD CONSTRAINT export_request_groups CHECK (
        groups <@ ARRAY['contact', 'identity', 'assets']
        OR customers IS NOT NULL AND groups <@ ARRAY['contact', 'identity', 'assets', 'transactions']
    ),
    ADD CONSTRAINT export_request_customers CHECK (
        customers IS NULL
        OR cardinality(customers) BETWEEN 1 AND 20 AND cardinality(customers) = found AND cardinality(groups) > 0
    );
