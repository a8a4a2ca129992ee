-- +goose Up

-- What a customer may agree to receive: categories in a tree of two levels, and
-- the channels it may come by. Only a leaf can be granted (one purpose, one box);
-- a parent, or everything, can be refused or withdrawn, which closes all below.
-- The class is the brief's A (information) and B (products).
CREATE TABLE consent_category (
    code     text     NOT NULL,
    parent   text,
    label    text     NOT NULL,
    class    text     NOT NULL,
    leaf     boolean  NOT NULL,
    position smallint NOT NULL,
    CONSTRAINT consent_category_pk PRIMARY KEY (code),
    CONSTRAINT consent_category_parent_fk FOREIGN KEY (parent) REFERENCES consent_category (code),
    CONSTRAINT consent_category_position_unique UNIQUE (position),
    CONSTRAINT consent_category_code CHECK (code ~ '^[a-z]+$'),
    CONSTRAINT consent_category_class CHECK (class IN ('A', 'B')),
    CONSTRAINT consent_category_leaf CHECK (leaf = (parent IS NOT NULL))
);
INSERT INTO consent_category (code, parent, label, class, leaf, position)
VALUES
    ('news', NULL, '资讯类', 'A', false, 1),
    ('market', 'news', '市场资讯', 'A', true, 2),
    ('education', 'news', '投教', 'A', true, 3),
    ('product', NULL, '产品类', 'B', false, 4),
    ('fund', 'product', '公募', 'B', true, 5),
    ('wealth', 'product', '理财', 'B', true, 6),
    ('insurance', 'product', '保险', 'B', true, 7),
    ('private', 'product', '私募', 'B', true, 8),
    ('margin', 'product', '两融', 'B', true, 9);

CREATE TABLE consent_channel (
    code     text     NOT NULL,
    label    text     NOT NULL,
    position smallint NOT NULL,
    CONSTRAINT consent_channel_pk PRIMARY KEY (code),
    CONSTRAINT consent_channel_position_unique UNIQUE (position),
    CONSTRAINT consent_channel_code CHECK (code ~ '^[a-z]+$')
);
INSERT INTO consent_channel (code, label, position)
VALUES
    ('moments', '朋友圈', 1),
    ('mass', '群发', 2),
    ('chat', '单聊', 3),
    ('phone', '电话', 4),
    ('sms', '短信', 5);

-- consent_cell is every pair that can be granted.
CREATE VIEW consent_cell AS
SELECT
    g.code AS category,
    g.parent,
    h.code AS channel
FROM consent_category AS g
CROSS JOIN consent_channel AS h
WHERE g.leaf;

-- consent_rank orders what is said at the same moment: closing comes before
-- opening, and what closes most plainly first. 0 is for what decides nothing.
-- Kind.rank is the same in the program.
-- +goose StatementBegin
CREATE FUNCTION consent_rank(kind text) RETURNS integer
    LANGUAGE sql
    IMMUTABLE
AS $$
    SELECT CASE kind
        WHEN 'withdrawn' THEN 4
        WHEN 'refused' THEN 3
        WHEN 'lapsed' THEN 2
        WHEN 'granted' THEN 1
        ELSE 0
    END
$$;
-- +goose StatementEnd

GRANT SELECT ON consent_category, consent_channel, consent_cell TO liuhen_app;
