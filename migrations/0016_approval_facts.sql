-- +goose Up

-- What a request of any kind asks to have decided, line by line, as the approver
-- reads it; and where its subject can be read. Both are written once, with the
-- request: nobody decides on something else than what was asked.
ALTER TABLE approval
    ADD COLUMN facts jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN link text NOT NULL DEFAULT '',
    ADD CONSTRAINT approval_facts_list CHECK (jsonb_typeof(facts) = 'array'),
    ADD CONSTRAINT approval_link_local CHECK (link = '' OR link ~ '^/[^/\\]');

CREATE TRIGGER approval_facts_written_once
    BEFORE UPDATE OF facts, link ON approval
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
