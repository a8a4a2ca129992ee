-- +goose Up

-- Which modules of the portal are in use. A firm can begin with a few; what is
-- off has no navigation, no pages and no jobs, and keeps its data.
CREATE TABLE module_state (
    code       text        NOT NULL,
    in_use     boolean     NOT NULL DEFAULT true,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT module_state_pk PRIMARY KEY (code),
    CONSTRAINT module_state_code CHECK (code ~ '^[a-z]+$')
);
INSERT INTO module_state (code)
VALUES ('customers'), ('tags'), ('consent'), ('outreach'), ('archive'), ('quality'), ('flows');

-- What an administrator proposes to switch, and a second person agrees to.
CREATE TABLE module_change (
    approval_id bigint  NOT NULL,
    code        text    NOT NULL,
    in_use      boolean NOT NULL,
    CONSTRAINT module_change_pk PRIMARY KEY (approval_id),
    CONSTRAINT module_change_approval_fk FOREIGN KEY (approval_id) REFERENCES approval (id),
    CONSTRAINT module_change_code_fk FOREIGN KEY (code) REFERENCES module_state (code)
);

-- +goose StatementBegin
CREATE FUNCTION module_change_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP <> 'INSERT'
       OR acting_role() IS DISTINCT FROM 'admin'
       OR NOT EXISTS (
           SELECT
           FROM approval AS a
           WHERE a.id = NEW.approval_id
               AND a.kind = 'module_change'
               AND a.requester_id = acting_staff()
               AND a.state = 'pending'
               AND a.submitted_at = now()
       ) THEN
        RAISE EXCEPTION 'a switch is proposed by an administrator, once' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER module_change_guard
    BEFORE INSERT OR UPDATE OR DELETE ON module_change
    FOR EACH ROW EXECUTE FUNCTION module_change_guard();

-- apply_module_change switches: called by its approver in the transaction of the
-- approval.
-- +goose StatementBegin
CREATE FUNCTION apply_module_change(request bigint) RETURNS text
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, public
AS $$
DECLARE
    switched text;
BEGIN
    UPDATE module_state AS m
    SET in_use = c.in_use,
        changed_at = now()
    FROM module_change AS c
    JOIN approval AS a ON a.id = c.approval_id
    JOIN approval_step AS s ON s.approval_id = a.id
    WHERE c.approval_id = request
        AND m.code = c.code
        AND m.in_use <> c.in_use
        AND a.kind = 'module_change'
        AND a.state = 'approved'
        AND a.closed_at = now()
        AND a.requester_id <> acting_staff()
        AND acting_role() = 'compliance'
        AND s.approver_id = acting_staff()
        AND s.state = 'approved'
        AND s.decided_at = now()
    RETURNING m.code INTO switched;
    IF switched IS NULL THEN
        RAISE EXCEPTION 'request % switches nothing', request USING ERRCODE = '42501', CONSTRAINT = 'module_change_nothing';
    END IF;
    RETURN switched;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION apply_module_change(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION apply_module_change(bigint) TO liuhen_app;
GRANT SELECT ON module_state TO liuhen_app;
GRANT SELECT, INSERT ON module_change TO liuhen_app;
