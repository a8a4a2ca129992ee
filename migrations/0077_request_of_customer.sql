-- +goose Up

-- What was asked about a customer, alone or together with others.
CREATE INDEX access_request_customer_idx ON access_request (customer_id, approval_id);
