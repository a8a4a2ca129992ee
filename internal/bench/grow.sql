-- Synthetic growth on top of whatever the database holds, set by set. Run by the
-- superuser of a throw-away cluster in one go; the settings bench.* say how much.
-- Guards and foreign keys are off: the rows are made to satisfy them.
SET session_replication_role = replica;
SET synchronous_commit = off;

INSERT INTO source_system (code, name, note)
VALUES ('bench', '性能测量', '合成数据');

INSERT INTO branch (code, name, kind, parent_id)
SELECT
    'head',
    '性能测量总行',
    'head',
    NULL
WHERE NOT EXISTS (SELECT FROM branch WHERE kind = 'head');

INSERT INTO branch (code, name, kind, parent_id)
SELECT
    'bench-' || g,
    '测量支行' || g,
    'branch',
    (SELECT min(b.id) FROM branch AS b WHERE b.kind = 'head')
FROM generate_series(1, GREATEST(1, current_setting('bench.managers')::int / 5)) AS g;

CREATE TEMPORARY TABLE bench_branch AS
SELECT
    b.id,
    row_number() OVER (ORDER BY b.id) - 1 AS n,
    count(*) OVER () AS total
FROM branch AS b
WHERE b.code LIKE 'bench-%';

-- One supervisor for each branch, the managers dealt out to the branches, and
-- four people of the head office: one sees all and holds no grant, one holds a
-- few grants, one very many, one is somebody's approver.
INSERT INTO staff (no, username, name, role, branch_id, superior_id, password_hash)
SELECT
    (80000000 + b.n)::text,
    'bench-s' || b.n,
    '主管' || b.n,
    'supervisor',
    b.id,
    NULL::bigint,
    current_setting('bench.password')
FROM bench_branch AS b
UNION ALL
SELECT
    (70000000 + g)::text,
    'bench-m' || g,
    '经理' || g,
    'manager',
    b.id,
    NULL::bigint,
    current_setting('bench.password')
FROM generate_series(0, current_setting('bench.managers')::int - 1) AS g
JOIN bench_branch AS b ON b.n = g % b.total
UNION ALL
SELECT
    (90000000 + p.n)::text,
    p.username,
    p.name,
    'compliance',
    (SELECT min(b.id) FROM branch AS b WHERE b.kind = 'head'),
    NULL::bigint,
    current_setting('bench.password')
FROM (
    VALUES
        (1, 'bench-none', '合规甲'),
        (2, 'bench-few', '合规乙'),
        (3, 'bench-many', '合规丙'),
        (4, 'bench-approver', '合规丁')
) AS p (n, username, name);

UPDATE staff AS s
SET superior_id = h.id
FROM staff AS h
WHERE s.role = 'manager'
    AND s.username LIKE 'bench-m%'
    AND h.username LIKE 'bench-s%'
    AND h.branch_id = s.branch_id;

CREATE TEMPORARY TABLE bench_manager AS
SELECT
    s.id,
    s.branch_id,
    row_number() OVER (ORDER BY s.id) - 1 AS n,
    count(*) OVER () AS total
FROM staff AS s
WHERE s.username ~ '^bench-m[0-9]+$';

INSERT INTO customer (
    no,
    name,
    initials,
    pinyin,
    gender,
    birth_band,
    occupation,
    residence,
    opened_on,
    branch_id,
    manager_id,
    managed_since,
    grade,
    graded_on,
    grade_until,
    asset_band,
    mobile_mask,
    email_mask,
    address_mask,
    certificate_kind,
    certificate_mask,
    mobile_tail,
    certificate_tail,
    mobile_token,
    certificate_token,
    last_contact_at,
    last_contact_via
)
SELECT
    (50000000 + g)::text,
    f.hanzi || a.hanzi || b.hanzi,
    left(f.pinyin, 1) || left(a.pinyin, 1) || left(b.pinyin, 1),
    f.pinyin || a.pinyin || b.pinyin,
    CASE WHEN r.r % 2 = 0 THEN 'female' ELSE 'male' END,
    1940 + (r.r % 7) * 10,
    '职员',
    '上海市',
    current_date - (r.r % 9000)::int,
    m.branch_id,
    m.id,
    current_date - (r.r % 900)::int,
    1 + r.r % 5,
    current_date - 100,
    current_date + 265,
    r.r % 7,
    '138****' || lpad((g % 10000)::text, 4, '0'),
    'b****@example.com',
    '上海市****',
    'resident_id',
    '310101********' || lpad((g % 10000)::text, 4, '0'),
    lpad((g % 10000)::text, 4, '0'),
    lpad((g % 10000)::text, 4, '0'),
    decode(md5('mobile' || g), 'hex'),
    decode(md5('certificate' || g), 'hex'),
    CASE WHEN r.r % 10 > 0 THEN now() - make_interval(mins => (r.r % 250000)::int) END,
    CASE WHEN r.r % 10 > 0 THEN 'phone' ELSE '' END
FROM generate_series(1, current_setting('bench.customers')::int) AS g
CROSS JOIN LATERAL (SELECT abs(hashint8(g)::bigint) AS r) AS r
JOIN bench_manager AS m ON m.n = g % m.total
JOIN (
    VALUES
        (0, '王', 'wang'), (1, '李', 'li'), (2, '张', 'zhang'), (3, '刘', 'liu'), (4, '陈', 'chen'), (5, '杨', 'yang'),
        (6, '黄', 'huang'), (7, '赵', 'zhao'), (8, '吴', 'wu'), (9, '周', 'zhou'), (10, '徐', 'xu'), (11, '孙', 'sun'),
        (12, '马', 'ma'), (13, '朱', 'zhu'), (14, '胡', 'hu'), (15, '郭', 'guo'), (16, '何', 'he'), (17, '林', 'lin')
) AS f (n, hanzi, pinyin) ON f.n = r.r % 18
JOIN (
    VALUES
        (0, '明', 'ming'), (1, '秀', 'xiu'), (2, '建', 'jian'), (3, '文', 'wen'), (4, '晓', 'xiao'), (5, '国', 'guo'),
        (6, '玉', 'yu'), (7, '志', 'zhi'), (8, '海', 'hai'), (9, '春', 'chun'), (10, '嘉', 'jia'), (11, '思', 'si')
) AS a (n, hanzi, pinyin) ON a.n = r.r / 18 % 12
JOIN (
    VALUES
        (0, '远', 'yuan'), (1, '英', 'ying'), (2, '华', 'hua'), (3, '强', 'qiang'), (4, '敏', 'min'), (5, '军', 'jun'),
        (6, '兰', 'lan'), (7, '平', 'ping'), (8, '涛', 'tao'), (9, '梅', 'mei'), (10, '宁', 'ning'), (11, '琪', 'qi')
) AS b (n, hanzi, pinyin) ON b.n = r.r / 216 % 12
ORDER BY g;

CREATE TEMPORARY TABLE bench_customer AS
SELECT
    c.id,
    c.no,
    row_number() OVER (ORDER BY c.id) AS n,
    (SELECT s.id FROM source_system AS s WHERE s.code = 'bench') AS source_id
FROM customer AS c
WHERE c.no > '50000000'
    AND c.no <= (50000000 + current_setting('bench.customers')::int)::text;
ANALYZE bench_customer;

INSERT INTO customer_source (source_id, external_no, customer_id)
SELECT
    c.source_id,
    c.no,
    c.id
FROM bench_customer AS c;

INSERT INTO customer_block (customer_id, block, source_id, synced_at)
SELECT
    c.id,
    b.block,
    c.source_id,
    now()
FROM bench_customer AS c
CROSS JOIN unnest(ARRAY['basic', 'contact', 'identity', 'assets']) AS b (block)
ORDER BY
    c.id,
    b.block;

INSERT INTO contact_point (customer_id, source_id, kind, value)
SELECT
    c.id,
    c.source_id,
    k.kind,
    CASE k.kind WHEN 'mobile' THEN '138' || c.no ELSE '上海市测量路 ' || c.n || ' 号' END
FROM bench_customer AS c
CROSS JOIN unnest(ARRAY['mobile', 'address']) AS k (kind)
ORDER BY
    c.id,
    k.kind;

INSERT INTO identity_document (customer_id, source_id, kind, number)
SELECT
    c.id,
    c.source_id,
    'resident_id',
    '3101011990' || c.no
FROM bench_customer AS c
ORDER BY c.id;

INSERT INTO account (customer_id, source_id, external_no, kind, balance, balance_on, opened_on)
SELECT
    c.id,
    c.source_id,
    c.no,
    '活期',
    (c.n * 7919 % 9000000)::numeric / 100,
    current_date,
    current_date - 1000
FROM bench_customer AS c
ORDER BY c.id;

INSERT INTO holding (customer_id, source_id, external_no, product_code, product_name, risk, units, value, valued_on)
SELECT
    c.id,
    c.source_id,
    c.no || '-' || h,
    'F00' || h,
    '测量债券基金' || h,
    1 + h,
    100,
    (c.n * 104729 % 90000000)::numeric / 100,
    current_date
FROM bench_customer AS c
CROSS JOIN generate_series(1, 2) AS h
ORDER BY
    c.id,
    h;

-- Each file was looked at twice lately.
INSERT INTO trail (at, staff_id, staff_no, staff_name, staff_role, action, customer_id, customer_no)
SELECT
    now() - make_interval(mins => (c.n % 30000)::int + v * 40),
    m.id,
    '70000000',
    '经理',
    'manager',
    'customer.viewed',
    c.id,
    c.no
FROM bench_customer AS c
JOIN bench_manager AS m ON m.n = c.n % m.total
CROSS JOIN generate_series(1, 2) AS v
ORDER BY
    c.n,
    v;

-- The customers that one person sees open have fuller files.
CREATE TEMPORARY TABLE bench_open AS
SELECT
    c.id,
    c.no,
    c.n,
    c.source_id,
    a.id AS account_id,
    nextval(pg_get_serial_sequence('approval', 'id')) AS approval_id
FROM bench_customer AS c
JOIN account AS a ON a.source_id = c.source_id AND a.external_no = c.no
WHERE c.n <= current_setting('bench.granted')::int
ORDER BY c.n;
ANALYZE bench_open;

INSERT INTO account_party (customer_id, source_id, external_no, account_id, role)
SELECT
    o.id,
    o.source_id,
    o.no,
    o.account_id,
    'owner'
FROM bench_open AS o
ORDER BY o.n;

INSERT INTO loan (customer_id, source_id, external_no, account_id, kind, principal, months, monthly, granted_on, status)
SELECT
    o.id,
    o.source_id,
    o.no,
    o.account_id,
    '按揭贷款',
    500000,
    360,
    2500,
    current_date - 700,
    'running'
FROM bench_open AS o
ORDER BY o.n;

INSERT INTO card (customer_id, source_id, external_no, account_id, kind, credit_limit, issued_on)
SELECT
    o.id,
    o.source_id,
    o.no,
    o.account_id,
    '金卡',
    50000,
    current_date - 500
FROM bench_open AS o
ORDER BY o.n;

INSERT INTO bank_transaction (customer_id, source_id, external_no, account_id, booked_on, operation, amount, balance, counterparty)
SELECT
    o.id,
    o.source_id,
    o.no || '-' || t,
    o.account_id,
    current_date - t,
    '转账',
    -100 - t,
    10000,
    '测量商户' || t
FROM bench_open AS o
CROSS JOIN generate_series(1, 20) AS t
ORDER BY
    o.n,
    t;

INSERT INTO risk_assessment (customer_id, source_id, external_no, grade, assessed_on, valid_until, method)
SELECT
    o.id,
    o.source_id,
    o.no,
    1 + o.n % 5,
    current_date - 100,
    current_date + 265,
    '问卷'
FROM bench_open AS o
ORDER BY o.n;

INSERT INTO consultation (customer_id, at, via, body, staff_id)
SELECT
    o.id,
    now() - make_interval(hours => v),
    'phone',
    '咨询理财产品到期后的安排。',
    m.id
FROM bench_open AS o
JOIN bench_manager AS m ON m.n = o.n % m.total
CROSS JOIN generate_series(1, 3) AS v
ORDER BY
    o.n,
    v;

-- One request for all four groups of each of these, approved just now; of the
-- first ten for the assets alone, exactly as ten requests of somebody else are.
CREATE TEMPORARY TABLE bench_ask AS
SELECT
    o.approval_id AS id,
    o.id AS customer_id,
    s.id AS staff_id,
    CASE WHEN o.n <= 10 THEN ARRAY['assets'] ELSE ARRAY['contact', 'identity', 'assets', 'transactions'] END AS groups
FROM bench_open AS o
JOIN staff AS s ON s.username = 'bench-many'
UNION ALL
SELECT
    nextval(pg_get_serial_sequence('approval', 'id')),
    o.id,
    s.id,
    ARRAY['assets']
FROM bench_open AS o
JOIN staff AS s ON s.username = 'bench-few'
WHERE o.n <= 10;

INSERT INTO approval (id, kind, state, requester_id, customer_id, title, submitted_at, closed_at)
OVERRIDING SYSTEM VALUE
SELECT
    q.id,
    'access',
    'approved',
    q.staff_id,
    q.customer_id,
    '调阅客户资料',
    now() - interval '5 minutes',
    now()
FROM bench_ask AS q;

INSERT INTO approval_step (approval_id, position, approver_id, because, state, waiting_since, decided_at)
SELECT
    q.id,
    1,
    s.id,
    '测量',
    'approved',
    now() - interval '5 minutes',
    now()
FROM bench_ask AS q
JOIN staff AS s ON s.username = 'bench-approver';

INSERT INTO approval_event (approval_id, at, staff_id, kind)
SELECT
    q.id,
    now() - interval '5 minutes',
    q.staff_id,
    'submitted'
FROM bench_ask AS q
UNION ALL
SELECT
    q.id,
    now(),
    s.id,
    'approved'
FROM bench_ask AS q
JOIN staff AS s ON s.username = 'bench-approver';

INSERT INTO access_request (approval_id, customer_id, groups, purpose, reason, minutes)
SELECT
    q.id,
    q.customer_id,
    q.groups,
    'service',
    '客户来电咨询理财到期安排，核对持仓。',
    480
FROM bench_ask AS q;

INSERT INTO access_grant (approval_id, staff_id, customer_id, field_group, granted_at, expires_at)
SELECT
    q.id,
    q.staff_id,
    q.customer_id,
    g.field_group,
    now(),
    now() + interval '480 minutes'
FROM bench_ask AS q
CROSS JOIN LATERAL unnest(q.groups) AS g (field_group);

RESET session_replication_role;
