-- +goose Up

-- What compliance thought of somebody's unusual access, once it was looked into.
-- It is written once, in the own name, and never about oneself.
CREATE TABLE access_check (
    id       bigint      GENERATED ALWAYS AS IDENTITY,
    kind     text        NOT NULL,
    staff_id bigint      NOT NULL,
    by_id    bigint      NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    figure   text        NOT NULL,
    opinion  text        NOT NULL,
    CONSTRAINT access_check_pk PRIMARY KEY (id),
    CONSTRAINT access_check_staff_fk FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT access_check_by_fk FOREIGN KEY (by_id) REFERENCES staff (id),
    CONSTRAINT access_check_kind CHECK (kind IN ('unfollowed', 'odd_hours', 'volume', 'refused')),
    CONSTRAINT access_check_not_own CHECK (by_id <> staff_id),
    CONSTRAINT access_check_opinion CHECK (char_length(opinion) BETWEEN 4 AND 300)
);
CREATE INDEX access_check_latest_idx ON access_check (kind, staff_id, at DESC, id DESC);

-- +goose StatementBegin
CREATE FUNCTION access_check_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acting_role() IS DISTINCT FROM 'compliance' OR NEW.by_id IS DISTINCT FROM acting_staff() OR NEW.at <> now() THEN
        RAISE EXCEPTION 'compliance says what it thinks in its own name, now' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER access_check_guard
    BEFORE INSERT ON access_check
    FOR EACH ROW EXECUTE FUNCTION access_check_guard();
CREATE TRIGGER access_check_written_once
    BEFORE UPDATE OR DELETE ON access_check
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON access_check TO liuhen_app;
