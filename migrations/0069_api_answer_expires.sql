-- +goose Up

-- An answer of the machine interface is remembered for thirty days; after that
-- the program forgets it. A key that is sent again later counts as new, and the
-- merge finds its rows unchanged.
CREATE INDEX api_answer_created_idx ON api_answer (created_at);
-- +goose StatementBegin
CREATE FUNCTION api_answer_expiry_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acting_staff() IS DISTINCT FROM -1 OR OLD.created_at > clock_timestamp() - interval '30 days' THEN
        RAISE EXCEPTION 'an answer is forgotten by the program after thirty days' USING ERRCODE = '42501';
    END IF;
    RETURN OLD;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER api_answer_expiry_guard
    BEFORE DELETE ON api_answer
    FOR EACH ROW EXECUTE FUNCTION api_answer_expiry_guard();
GRANT DELETE ON api_answer TO liuhen_app;
