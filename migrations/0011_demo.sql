-- +goose Up

-- The demo institution has been built into this database, completely.
CREATE TABLE demo_institution (
    only_row boolean     NOT NULL DEFAULT true,
    built_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT demo_institution_pk PRIMARY KEY (only_row),
    CONSTRAINT demo_institution_one_row CHECK (only_row)
);
GRANT SELECT, INSERT ON demo_institution TO liuhen_app;
