-- +goose Up

-- A file of the watched folder is imported once: the same bytes by the same
-- mapping into the same source, unless the former try came to nothing.
CREATE UNIQUE INDEX import_job_folder_once_idx ON import_job (source_id, mapping, sha256)
    WHERE via = 'folder' AND state IN ('queued', 'running', 'done');

-- What the watched folder could not take: a file whose name says nothing, a link,
-- a file that is refused before any row is read. It holds the file's name and a
-- sentence, and goes after thirty days.
CREATE TABLE folder_alarm (
    id        bigint      GENERATED ALWAYS AS IDENTITY,
    file_name text        NOT NULL,
    reason    text        NOT NULL,
    raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT folder_alarm_pk PRIMARY KEY (id),
    CONSTRAINT folder_alarm_file_name CHECK (char_length(file_name) BETWEEN 1 AND 200),
    CONSTRAINT folder_alarm_reason CHECK (char_length(reason) BETWEEN 1 AND 1000)
);
-- +goose StatementBegin
CREATE FUNCTION folder_alarm_guard() RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    IF acting_staff() IS DISTINCT FROM -1 OR TG_OP = 'DELETE' AND OLD.raised_at > clock_timestamp() - interval '30 days' THEN
        RAISE EXCEPTION 'the program raises alarms, and forgets them after thirty days' USING ERRCODE = '42501';
    END IF;
    RETURN COALESCE(NEW, OLD);
END
$$;
-- +goose StatementEnd
CREATE TRIGGER folder_alarm_guard
    BEFORE INSERT OR DELETE ON folder_alarm
    FOR EACH ROW EXECUTE FUNCTION folder_alarm_guard();
GRANT SELECT, INSERT, DELETE ON folder_alarm TO liuhen_app;
