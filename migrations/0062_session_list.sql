-- +goose Up

-- Where and since when somebody is signed in, for the lists of sessions. handle
-- names a session without telling its token; sessions begun before have none.
ALTER TABLE session
    ADD COLUMN handle bigint,
    ADD COLUMN began_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN address inet,
    ADD COLUMN agent text NOT NULL DEFAULT '',
    ADD CONSTRAINT session_agent_length CHECK (char_length(agent) <= 300);
