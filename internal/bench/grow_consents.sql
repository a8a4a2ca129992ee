-- Consents of every customer: one in seven was never asked, one in seven has not
-- answered, one in ten refused everything, the others answered cell by cell; one in
-- fifteen of them took something back. Ledger, projection and counts are written as
-- their triggers would.
SET session_replication_role = replica;
SET synchronous_commit = off;

INSERT INTO consent_wording (no, base, title, intro, body, note, hash, in_force_from, published_at, carried)
VALUES (1, 0, '您愿意收到哪些资讯？', '选了才会发，没选的一条都不会发。', repeat('测量用文本。', 20), '测量用的一版', sha256('1'), now() - interval '2 years', now() - interval '2 years', true);
INSERT INTO consent_wording_text (wording_id, category, purpose, frequency, channels, valid_months, ask_again)
SELECT
    w.id,
    g.code,
    g.label || '的资讯',
    '每周不超过 2 条',
    CASE WHEN g.code = 'private' THEN ARRAY['chat', 'phone'] ELSE ARRAY['moments', 'mass', 'chat', 'phone', 'sms'] END,
    CASE WHEN g.code = 'fund' THEN 24 END,
    false
FROM consent_wording AS w
CROSS JOIN consent_category AS g
WHERE g.leaf;

CREATE TEMPORARY TABLE bench_asked AS
SELECT
    c.id,
    c.branch_id,
    c.no::bigint AS n,
    now() - make_interval(days => (c.no::bigint * 7919 % 700)::int, hours => 1) AS at,
    CASE WHEN c.no::bigint % 7 = 0 THEN 'never' WHEN c.no::bigint % 7 = 1 THEN 'silent' WHEN c.no::bigint % 10 = 2 THEN 'refused' ELSE 'agreed' END AS kind
FROM customer AS c;
DELETE FROM bench_asked WHERE kind = 'never';
ANALYZE bench_asked;

INSERT INTO consent_act (id, customer_id, at, recorded_at, method, evidence, receipt)
OVERRIDING SYSTEM VALUE
SELECT
    row_number() OVER (ORDER BY b.at, b.id),
    b.id,
    b.at,
    b.at,
    CASE WHEN b.kind = 'silent' THEN 'program' ELSE 'import' END,
    CASE WHEN b.kind = 'silent' THEN '' ELSE 'M' || b.n END,
    CASE WHEN b.kind <> 'silent' THEN translate(substr(upper(md5(b.n::text)), 1, 4) || '-' || substr(upper(md5(b.n::text)), 5, 4) || '-' || substr(upper(md5(b.n::text)), 9, 4), 'ILOU', '1234') END
FROM bench_asked AS b;

INSERT INTO consent_event (act_id, customer_id, at, kind, category, channel, wording_no)
SELECT
    a.id,
    a.customer_id,
    a.at,
    CASE WHEN (b.n * 31 + g.position * 17 + h.position * 7) % 100 < 70 - 8 * g.position THEN 'granted' ELSE 'refused' END,
    g.code,
    h.code,
    1
FROM consent_act AS a
JOIN bench_asked AS b ON b.id = a.customer_id
CROSS JOIN consent_category AS g
CROSS JOIN consent_channel AS h
WHERE b.kind = 'agreed'
    AND g.leaf
ORDER BY
    a.id,
    g.position,
    h.position;
INSERT INTO consent_event (act_id, customer_id, at, kind, wording_no)
SELECT
    a.id,
    a.customer_id,
    a.at,
    CASE WHEN b.kind = 'silent' THEN 'served' ELSE 'refused' END,
    1
FROM consent_act AS a
JOIN bench_asked AS b ON b.id = a.customer_id
WHERE b.kind <> 'agreed'
ORDER BY a.id;

INSERT INTO consent_act (id, customer_id, at, recorded_at, method, reason, receipt)
OVERRIDING SYSTEM VALUE
SELECT
    100000000 + row_number() OVER (ORDER BY b.at, b.id),
    b.id,
    LEAST(b.at + interval '20 days', now()),
    LEAST(b.at + interval '20 days', now()),
    'reply',
    '回复“退订”',
    translate(substr(upper(md5('w' || b.n)), 1, 4) || '-' || substr(upper(md5('w' || b.n)), 5, 4) || '-' || substr(upper(md5('w' || b.n)), 9, 4), 'ILOU', '1234')
FROM bench_asked AS b
WHERE b.kind = 'agreed'
    AND b.n % 15 = 3;
INSERT INTO consent_event (act_id, customer_id, at, kind, category, wording_no)
SELECT
    a.id,
    a.customer_id,
    a.at,
    'withdrawn',
    'product',
    1
FROM consent_act AS a
WHERE a.id > 100000000
ORDER BY a.id;
SELECT setval('consent_act_id_seq', 200000000);

ANALYZE consent_act, consent_event;
INSERT INTO consent_state (customer_id, category, channel, state, wording_no, since, expires_on, event_id)
SELECT
    e.customer_id,
    e.category,
    e.channel,
    CASE WHEN w.id IS NOT NULL AND g.parent = 'product' THEN 'withdrawn' ELSE e.kind END,
    1,
    CASE WHEN w.id IS NOT NULL AND g.parent = 'product' THEN w.at ELSE e.at END,
    CASE WHEN e.kind = 'granted' AND e.category = 'fund' AND w.id IS NULL THEN (e.at + interval '24 months')::date END,
    CASE WHEN w.id IS NOT NULL AND g.parent = 'product' THEN w.id ELSE e.id END
FROM consent_event AS e
JOIN consent_category AS g ON g.code = e.category AND g.leaf
LEFT JOIN consent_event AS w ON w.customer_id = e.customer_id AND w.kind = 'withdrawn'
WHERE e.channel IS NOT NULL;
INSERT INTO consent_state (customer_id, category, channel, state, wording_no, since, event_id)
SELECT
    e.customer_id,
    c.category,
    c.channel,
    'refused',
    1,
    e.at,
    e.id
FROM consent_event AS e
CROSS JOIN consent_cell AS c
WHERE e.kind = 'refused'
    AND e.category IS NULL;

INSERT INTO consent_contact (customer_id, branch_id, served_at, opened_at, answered_at, refused_at, granted)
SELECT
    b.id,
    b.branch_id,
    b.at,
    CASE WHEN b.n % 3 > 0 THEN b.at END,
    CASE WHEN b.kind <> 'silent' THEN b.at END,
    CASE WHEN b.kind = 'refused' THEN b.at END,
    COALESCE(s.n, 0)
FROM bench_asked AS b
LEFT JOIN (
    SELECT
        t.customer_id,
        count(*) AS n
    FROM consent_state AS t
    WHERE t.state = 'granted'
    GROUP BY t.customer_id
) AS s ON s.customer_id = b.id;

INSERT INTO consent_tally (branch_id, category, channel, state, wording_no, n)
SELECT
    k.branch_id,
    s.category,
    s.channel,
    s.state,
    s.wording_no,
    count(*)
FROM consent_state AS s
JOIN consent_contact AS k ON k.customer_id = s.customer_id
GROUP BY 1, 2, 3, 4, 5;
INSERT INTO consent_people (branch_id, served, opened, answered, agreed, n)
SELECT
    k.branch_id,
    k.served_at IS NOT NULL,
    k.opened_at IS NOT NULL,
    k.answered_at IS NOT NULL,
    k.granted > 0,
    count(*)
FROM consent_contact AS k
GROUP BY 1, 2, 3, 4, 5;
INSERT INTO consent_daily (branch_id, day, kind, n)
SELECT
    k.branch_id,
    a.at::date,
    CASE WHEN a.id > 100000000 THEN 'withdrawn' WHEN k.refused_at IS NULL THEN 'agreed' ELSE 'refused' END,
    count(*)
FROM consent_act AS a
JOIN consent_contact AS k ON k.customer_id = a.customer_id
WHERE a.method <> 'program'
GROUP BY 1, 2, 3;

SET session_replication_role = DEFAULT;
RESET synchronous_commit;
