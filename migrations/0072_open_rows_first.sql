-- +goose Up

-- PostgreSQL asks the policies of a table from the last name to the first. Most
-- rows of these tables are of the open group: asked first, nobody has to be
-- proven for them.
ALTER POLICY value_history_basic ON value_history RENAME TO value_history_unclosed;
ALTER POLICY customer_tag_basic ON customer_tag RENAME TO customer_tag_unclosed;
ALTER POLICY customer_tag_evidence_basic ON customer_tag_evidence RENAME TO customer_tag_evidence_unclosed;
