-- +goose Up

-- Who did or saw what, when. Written in the transaction of the act itself and
-- never changed: liuhen_app has neither UPDATE nor DELETE. There are no foreign
-- keys, so a line of the trail outlives whatever it speaks of, and names are
-- copied as they were at the time. detail never holds a value of a closed group.
CREATE TABLE trail (
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    staff_id    bigint,
    staff_no    text        NOT NULL DEFAULT '',
    staff_name  text        NOT NULL DEFAULT '',
    staff_role  text        NOT NULL DEFAULT '',
    action      text        NOT NULL,
    refused     boolean     NOT NULL DEFAULT false,
    customer_id bigint,
    customer_no text        NOT NULL DEFAULT '',
    approval_id bigint,
    groups      text[]      NOT NULL DEFAULT '{}',
    detail      text        NOT NULL DEFAULT '',
    address     inet,
    CONSTRAINT trail_pk PRIMARY KEY (id),
    CONSTRAINT trail_action_word CHECK (action ~ '^[a-z]+(\.[a-z_]+)+$'),
    CONSTRAINT trail_detail_length CHECK (char_length(detail) <= 1000)
);
CREATE INDEX trail_at_idx ON trail (at DESC, id DESC);
CREATE INDEX trail_staff_idx ON trail (staff_id, at DESC, id DESC);
CREATE INDEX trail_customer_idx ON trail (customer_id, at DESC, id DESC) WHERE customer_id IS NOT NULL;
CREATE INDEX trail_action_idx ON trail (action, at DESC, id DESC);

CREATE TRIGGER trail_written_once
    BEFORE UPDATE OR DELETE ON trail
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trail_not_truncated
    BEFORE TRUNCATE ON trail
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Nobody writes a line in somebody else's name.
ALTER TABLE trail ENABLE ROW LEVEL SECURITY;
CREATE POLICY trail_read ON trail FOR SELECT TO liuhen_app USING (true);
CREATE POLICY trail_own_name ON trail FOR INSERT TO liuhen_app
    WITH CHECK (staff_id IS NOT DISTINCT FROM (SELECT acting_staff()));
GRANT SELECT, INSERT ON trail TO liuhen_app;
