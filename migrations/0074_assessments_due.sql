-- +goose Up

-- Customers are listed by when their risk assessment runs out.
CREATE INDEX customer_grade_until_idx ON customer (grade_until, id) WHERE grade_until IS NOT NULL;
