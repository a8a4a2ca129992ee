-- What rules of tags look at, for every synthetic customer: loans, cards, ten
-- transactions and two notes each, dealt out by the customer's number.
SET session_replication_role = replica;
SET synchronous_commit = off;

CREATE TEMPORARY TABLE bench_tagged AS
SELECT
    c.id,
    c.no,
    c.no::bigint AS n,
    (SELECT s.id FROM source_system AS s WHERE s.code = 'bench') AS source_id,
    (SELECT min(s.id) FROM staff AS s) AS staff_id
FROM customer AS c;
ANALYZE bench_tagged;

INSERT INTO loan (customer_id, source_id, external_no, kind, principal, months, monthly, granted_on, status)
SELECT
    c.id,
    c.source_id,
    'T' || c.no,
    (ARRAY['住房按揭', '消费贷款', '经营贷款'])[1 + c.n % 3],
    500000,
    360,
    2500,
    current_date - 700,
    (ARRAY['running', 'finished', 'running', 'in_debt'])[1 + c.n / 3 % 4]
FROM bench_tagged AS c
WHERE c.n % 4 = 0
ORDER BY c.id;

INSERT INTO card (customer_id, source_id, external_no, kind)
SELECT
    c.id,
    c.source_id,
    'T' || c.no,
    (ARRAY['普卡', '金卡', '白金卡'])[1 + c.n % 3]
FROM bench_tagged AS c
WHERE c.n % 5 < 2
ORDER BY c.id;

INSERT INTO bank_transaction (customer_id, source_id, external_no, booked_on, amount)
SELECT
    c.id,
    c.source_id,
    'T' || c.no || '-' || t,
    current_date - (t * 9 + c.n % 9)::int,
    -(c.n * 7919 * t % 60000)
FROM bench_tagged AS c
CROSS JOIN generate_series(1, 10) AS t
ORDER BY
    c.id,
    t;

INSERT INTO consultation (customer_id, at, via, body, staff_id)
SELECT
    c.id,
    now() - make_interval(days => (c.n * t % 200)::int),
    'phone',
    (ARRAY['客户询问债券基金的净值波动，已说明。', '客户咨询贷款提前还款的手续。', '客户问养老目标基金的锁定期。', '节前问候，客户近期没有安排。'])[1 + (c.n + t) % 4],
    c.staff_id
FROM bench_tagged AS c
CROSS JOIN generate_series(1, 2) AS t
ORDER BY
    c.id,
    t;

RESET session_replication_role;
