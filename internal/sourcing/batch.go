package sourcing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// MaxItems is the largest batch of the machine interface.
const MaxItems = 1000

// Batch is a body of the machine interface with its idempotency key.
type Batch struct {
	Resource string
	Key      string
	Body     []byte // {"items": [{…}, …]}
}

// Answer is what a batch came to.
type Answer struct {
	Body     []byte // JSON, the same bytes whenever the batch is sent again
	Replayed bool
}

// result is the form of an answer. It names places and reasons, never values.
type result struct {
	Batch     int64        `json:"batch"`
	Resource  string       `json:"resource"`
	Accepted  int64        `json:"accepted"`
	Changed   int64        `json:"changed"`
	Unchanged int64        `json:"unchanged"`
	Rejected  int64        `json:"rejected"`
	Items     []itemResult `json:"items"`
}

type itemResult struct {
	Index  int    `json:"index"`
	Result string `json:"result"`
	Field  string `json:"field,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Take merges a batch in one transaction, through the same mapping, conversion
// and merge as a file, and says of each item what it came to. The same key with
// the same body gets the former answer and changes nothing; with another body it
// is a Conflict. A body that cannot be read as a batch is Invalid and leaves
// nothing behind.
func (in *Intake) Take(ctx context.Context, by *Caller, b Batch) (Answer, error) {
	resource, ok := resourceNamed(b.Resource)
	if !ok || !slices.Contains(by.Scopes, b.Resource) {
		return Answer{}, fault.New(fault.Forbidden, "这个令牌不能写入这类数据，请联系管理员另签。").Because("machine-token")
	}
	if err := checkKey(b.Key); err != nil {
		return Answer{}, err
	}
	m, err := in.mappings.named(resource.Mapping)
	if err != nil {
		return Answer{}, err
	}
	items, err := readItems(m, b.Body)
	if err != nil {
		return Answer{}, err
	}
	var answer Answer
	err = in.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		answer, err = in.take(ctx, tx, taking{by: by, batch: b, mapping: m, items: items})
		return err
	})
	if err != nil {
		return Answer{}, fmt.Errorf("take a batch of %s: %w", b.Resource, err)
	}
	return answer, nil
}

func checkKey(key string) error {
	visible := func(r rune) bool { return r <= ' ' || r > '~' }
	if len(key) < 8 || len(key) > 100 || strings.ContainsFunc(key, visible) {
		const sentence = "请求头 Idempotency-Key 应为 8 到 100 个可见的 ASCII 字符，每批一个。"
		return &fault.Error{Kind: fault.Invalid, Sentence: sentence, Fields: []fault.Field{{Name: "Idempotency-Key", Sentence: sentence}}}
	}
	return nil
}

// taking is a batch on its way through its transaction.
type taking struct {
	by      *Caller
	batch   Batch
	mapping *Mapping
	items   *itemRecords
}

func (in *Intake) take(ctx context.Context, tx *pg.Tx, t taking) (Answer, error) {
	const wait = `SELECT pg_advisory_xact_lock(7302, hashtext($1))`
	if _, err := tx.Exec(ctx, wait, t.by.SourceCode+" "+t.batch.Key); err != nil {
		return Answer{}, err
	}
	sum := sha256.Sum256(t.batch.Body)
	if former, err := formerAnswer(ctx, tx, t, sum); former != nil || err != nil {
		return Answer{Body: former, Replayed: true}, err
	}
	p, err := bind(t.mapping, t.items.header, in.key)
	if err != nil {
		return Answer{}, err
	}
	id, branch, err := in.openBatch(ctx, tx, t, sum)
	if err != nil {
		return Answer{}, err
	}
	work := &producer{plan: p, doc: &document{header: t.items.header, records: t.items}, size: MaxItems, seed: maphash.MakeSeed()}
	c := work.chunk()
	if err := stageChunk(ctx, tx, p, c); err != nil {
		return Answer{}, err
	}
	n, rejects, err := mergeChunk(ctx, tx, p, c, order{id: id, source: t.by.SourceID, branch: branch, each: true})
	if err != nil {
		return Answer{}, err
	}
	r := result{Batch: id, Resource: t.batch.Resource, Accepted: n.Accepted, Changed: n.Changed, Unchanged: n.Unchanged, Rejected: n.Rejected}
	if r.Items, err = outcomes(ctx, tx, int(c.rows), rejects); err != nil {
		return Answer{}, err
	}
	return in.closeBatch(ctx, tx, t, closing{id: id, sum: sum, result: r, rejects: rejects})
}

// formerAnswer returns what the key was answered before, nil if it is new.
func formerAnswer(ctx context.Context, tx *pg.Tx, t taking, sum [32]byte) ([]byte, error) {
	const q = `
		SELECT
			a.resource,
			a.sha256,
			a.answer
		FROM api_answer AS a
		WHERE a.source_id = $1
			AND a.key = $2`
	var former struct {
		Resource string `db:"resource"`
		SHA256   []byte `db:"sha256"`
		Answer   string `db:"answer"`
	}
	err := tx.Get(ctx, &former, q, t.by.SourceID, t.batch.Key)
	if pg.IsNoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if former.Resource != t.batch.Resource || !slices.Equal(former.SHA256, sum[:]) {
		return nil, fault.New(fault.Conflict, "这个 Idempotency-Key 已经用于另一批内容，没有写入。新的内容请用新的键。")
	}
	return []byte(former.Answer), nil
}

// openBatch writes the row of the batch among the imports.
func (in *Intake) openBatch(ctx context.Context, tx *pg.Tx, t taking, sum [32]byte) (id, branch int64, err error) {
	if branch, err = branchID(ctx, tx, 0); err != nil {
		return 0, 0, err
	}
	const q = `
		INSERT INTO import_job (
			mapping, source_id, file_name, sha256, size, branch_id, created_name, via, encoding,
			state, step, started_at, worker, heartbeat_at, attempts
		)
		VALUES (
			$1, $2::smallint, $3, $4, $5::bigint, $6::bigint, $7, 'api', 'utf-8',
			'running', 'merge', clock_timestamp(), 'api', clock_timestamp(), 1
		)
		RETURNING id`
	err = tx.Get(ctx, &id, q, t.mapping.Name, t.by.SourceID, "接口批次", hex.EncodeToString(sum[:]), len(t.batch.Body), branch, "令牌 "+t.by.Prefix+"…")
	return id, branch, err
}

// closing is what is left to write down of a batch.
type closing struct {
	id      int64
	sum     [32]byte
	result  result
	rejects []Reject
}

// closeBatch ends the batch's row, keeps its rejects and its answer, and puts it
// on the trail.
func (in *Intake) closeBatch(ctx context.Context, tx *pg.Tx, t taking, c closing) (Answer, error) {
	const end = `
		UPDATE import_job
		SET state = 'done',
			step = 'end',
			rows_total = $2::bigint,
			rows_checked = $2::bigint,
			rows_done = $2::bigint,
			bytes_done = size,
			accepted = $3::bigint,
			changed = $4::bigint,
			unchanged = $5::bigint,
			rejected = $6::bigint,
			ended_at = clock_timestamp(),
			worker = NULL,
			heartbeat_at = NULL
		WHERE id = $1`
	r := c.result
	if _, err := tx.Exec(ctx, end, c.id, len(r.Items), r.Accepted, r.Changed, r.Unchanged, r.Rejected); err != nil {
		return Answer{}, err
	}
	rows := make([][]any, len(c.rejects))
	for i, reject := range c.rejects {
		rows[i] = []any{c.id, reject.Line, reject.Column, reject.Reason}
	}
	if err := copyRows(ctx, tx, "COPY import_reject (import_id, line, column_name, reason) FROM STDIN", rows); err != nil {
		return Answer{}, err
	}
	body, err := json.Marshal(r)
	if err != nil {
		return Answer{}, err
	}
	const keep = `
		INSERT INTO api_answer (source_id, key, resource, sha256, answer, import_id)
		VALUES ($1::smallint, $2, $3, $4, $5, $6)`
	if _, err := tx.Exec(ctx, keep, t.by.SourceID, t.batch.Key, t.batch.Resource, c.sum[:], string(body), c.id); err != nil {
		return Answer{}, err
	}
	detail := fmt.Sprintf("接口批次 %d（%s，%s，令牌 %s…）：新增 %d，变更 %d，不变 %d，拒绝 %d",
		c.id, t.by.SourceName, t.mapping.Title, t.by.Prefix, r.Accepted, r.Changed, r.Unchanged, r.Rejected)
	if err := trail.Write(ctx, tx, staff.Program().Who(), trail.Entry{Action: trail.ImportFinished, Detail: detail}); err != nil {
		return Answer{}, err
	}
	return Answer{Body: body}, tx.Notify(ctx, "import", strconv.FormatInt(c.id, 10))
}

// outcomes reads what became of each of n items, in their order.
func outcomes(ctx context.Context, tx *pg.Tx, n int, rejects []Reject) ([]itemResult, error) {
	const q = `
		SELECT
			o.row,
			max(o.rank) AS rank
		FROM outcome AS o
		WHERE o.row IS NOT NULL
		GROUP BY o.row
		ORDER BY o.row`
	var ranks []struct {
		Row  int `db:"row"`
		Rank int `db:"rank"`
	}
	if err := tx.Select(ctx, &ranks, q); err != nil {
		return nil, err
	}
	items := make([]itemResult, n)
	for i := range items {
		items[i] = itemResult{Index: i, Result: "unchanged"}
	}
	words := map[int]string{rankUnchanged: "unchanged", rankChanged: "changed", rankNew: "created", rankRejected: "rejected"}
	for _, r := range ranks {
		if r.Row < 1 || r.Row > n {
			return nil, errors.New("an outcome of no item")
		}
		items[r.Row-1].Result = words[r.Rank]
	}
	for _, r := range rejects {
		items[r.Line-1] = itemResult{Index: int(r.Line) - 1, Result: "rejected", Field: r.Column, Reason: r.Reason}
	}
	return items, nil
}
