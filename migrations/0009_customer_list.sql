-- +goose Up

-- The orders of the customer list. A keyset over a column that may be NULL needs
-- the value that NULL stands for inside the index, so these replace the indexes
-- that sorted NULL last; the id breaks ties in each.
DROP INDEX customer_manager_contact_idx;
DROP INDEX customer_branch_contact_idx;
DROP INDEX customer_contact_idx;
CREATE INDEX customer_manager_contact_idx ON customer (manager_id, (COALESCE(last_contact_at, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX customer_branch_contact_idx ON customer (branch_id, (COALESCE(last_contact_at, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX customer_contact_idx ON customer ((COALESCE(last_contact_at, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX customer_grade_idx ON customer ((COALESCE(grade, 0::smallint)) DESC, id DESC);
CREATE INDEX customer_opened_idx ON customer ((COALESCE(opened_on, '-infinity'::date)) DESC, id DESC);

-- The number found and the counts by grade are read from these alone.
CREATE INDEX customer_manager_grade_idx ON customer (manager_id, grade);
CREATE INDEX customer_branch_grade_idx ON customer (branch_id, grade);

-- Search by the beginning of the reading, in any collation.
CREATE INDEX customer_pinyin_prefix_idx ON customer (pinyin text_pattern_ops);
