package staffing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Roll is a file of people that was sent, with what importing it would do now.
type Roll struct {
	ID         int64      `db:"id"`
	FileName   string     `db:"file_name"`
	SHA256     string     `db:"sha256"`
	SentBy     string     `db:"sent_by"`
	UploadedAt time.Time  `db:"uploaded_at"`
	AppliedAt  *time.Time `db:"applied_at"`
	Created    int        `db:"created"`
	Asked      int        `db:"asked"`
	Approval   int64      `db:"approval_id"` // of those who wait for a second person
	RowCount   int        `db:"row_count"`
	RowsJSON   string     `db:"rows"` // empty in lists
	// Before is when the same bytes were imported before; nil if never.
	Before *time.Time `db:"before"`
	Rows   []Judged   `db:"-"`
}

// Count returns how many rows have the standing.
func (r Roll) Count(s Standing) int {
	n := 0
	for _, row := range r.Rows {
		if row.Standing == s {
			n++
		}
	}
	return n
}

// Open reports whether the file has not been imported and would change something.
func (r Roll) Open() bool {
	return r.AppliedAt == nil && r.Count(StandsNew)+r.Count(StandsSecond) > 0
}

// rollColumns are the columns of a Roll without its rows, from staff_import AS i.
const rollColumns = `
			i.id,
			i.file_name,
			i.sha256,
			s.name AS sent_by,
			i.uploaded_at,
			i.applied_at,
			i.created,
			i.asked,
			COALESCE(i.approval_id, 0) AS approval_id,
			jsonb_array_length(i.rows) AS row_count,
			(
				SELECT max(x.applied_at)
				FROM staff_import AS x
				WHERE x.sha256 = i.sha256
					AND x.id <> i.id
			) AS before`

// TakeRoll keeps a file of people to be looked at and returns its id; nothing of
// it is in force. A file that cannot be read is Invalid on the field file.
func (o *Office) TakeRoll(ctx context.Context, by *staff.Member, name string, file []byte) (int64, error) {
	if err := authz.Check(by, authz.ManageStaff); err != nil {
		return 0, fmt.Errorf("take file of people: %w", err)
	}
	rows, err := ReadRoster(file)
	if err != nil {
		return 0, fmt.Errorf("take file of people: %w", err)
	}
	kept, err := json.Marshal(rows)
	if err != nil {
		return 0, fmt.Errorf("take file of people: %w", err)
	}
	sum := sha256.Sum256(file)
	if name = cellText(name); name == "" {
		name = "未命名"
	}
	const q = `
		INSERT INTO staff_import (staff_id, file_name, sha256, rows)
		VALUES ($1, $2, $3, $4::jsonb)
		RETURNING id`
	var id int64
	err = o.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		return tx.Get(ctx, &id, q, by.ID, name, hex.EncodeToString(sum[:]), string(kept))
	})
	if err != nil {
		return 0, fmt.Errorf("take file of people: %w", err)
	}
	return id, nil
}

// Rolls returns the files sent last, newest first, without their rows.
func (o *Office) Rolls(ctx context.Context, by *staff.Member) ([]Roll, error) {
	if err := authz.Check(by, authz.ManageStaff); err != nil {
		return nil, fmt.Errorf("files of people: %w", err)
	}
	const q = `
		SELECT` + rollColumns + `
		FROM staff_import AS i
		JOIN staff AS s ON s.id = i.staff_id
		ORDER BY i.id DESC
		LIMIT 10`
	var list []Roll
	err := o.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error { return tx.Select(ctx, &list, q) })
	if err != nil {
		return nil, fmt.Errorf("files of people: %w", err)
	}
	for i := range list {
		list[i].zoned()
	}
	return list, nil
}

// Roll returns a file with what importing each of its rows would do now.
func (o *Office) Roll(ctx context.Context, by *staff.Member, id int64) (Roll, error) {
	if err := authz.Check(by, authz.ManageStaff); err != nil {
		return Roll{}, fmt.Errorf("file of people %d: %w", id, err)
	}
	var r Roll
	err := o.db.Read(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		r, err = roll(ctx, tx, id, "")
		return err
	})
	if err != nil {
		return Roll{}, fmt.Errorf("file of people %d: %w", id, err)
	}
	return r, nil
}

// roll reads a file and judges its rows within tx; hold is how its row is locked.
func roll(ctx context.Context, tx *pg.Tx, id int64, hold string) (Roll, error) {
	q := `
		SELECT` + rollColumns + `,
			i.rows::text AS rows
		FROM staff_import AS i
		JOIN staff AS s ON s.id = i.staff_id
		WHERE i.id = $1` + hold
	var r Roll
	if err := tx.Get(ctx, &r, q, id); err != nil {
		return r, pg.OrNotFound(err, "没有这个文件。")
	}
	var rows []RosterRow
	if err := json.Unmarshal([]byte(r.RowsJSON), &rows); err != nil {
		return r, fmt.Errorf("rows: %w", err)
	}
	k, err := knownPeople(ctx, tx)
	if err != nil {
		return r, err
	}
	r.Rows = judge(rows, k)
	r.zoned()
	return r, nil
}

// zoned puts times into the portal's zone.
func (r *Roll) zoned() {
	r.UploadedAt = r.UploadedAt.In(pg.Zone())
	for _, at := range []**time.Time{&r.AppliedAt, &r.Before} {
		if *at != nil {
			t := (*at).In(pg.Zone())
			*at = &t
		}
	}
}

// knownPeople reads what rows are held against.
func knownPeople(ctx context.Context, tx *pg.Tx) (known, error) {
	k := known{branches: map[string]string{}, people: map[string]somebody{}, users: map[string]string{}, asked: map[string]string{}}
	branches, err := staff.OpenBranches(ctx, tx)
	if err != nil {
		return k, err
	}
	for _, b := range branches {
		k.branches[b.Code] = b.Name
	}
	const people = `
		SELECT
			s.no,
			s.username,
			s.name,
			s.role,
			b.code AS branch,
			COALESCE(u.no, '') AS superior,
			s.disabled_at IS NULL AS active
		FROM staff AS s
		JOIN branch AS b ON b.id = s.branch_id
		LEFT JOIN staff AS u ON u.id = s.superior_id
		ORDER BY s.no`
	var all []somebody
	if err := tx.Select(ctx, &all, people); err != nil {
		return k, err
	}
	for _, s := range all {
		k.people[s.No], k.users[s.Username] = s, s.No
	}
	const asked = `
		SELECT
			c.no,
			c.username
		FROM staff_change AS c
		JOIN approval AS a ON a.id = c.approval_id
		WHERE c.what = 'hire'
			AND a.state IN ('pending', 'returned')
		ORDER BY
			c.approval_id,
			c.position`
	var waiting []struct {
		No       string `db:"no"`
		Username string `db:"username"`
	}
	if err := tx.Select(ctx, &waiting, asked); err != nil {
		return k, err
	}
	for _, w := range waiting {
		k.asked[w.No] = w.Username
	}
	return k, nil
}

// notAgain says that a file has been imported.
func notAgain(r Roll) error {
	return fault.Newf(fault.Conflict, "这个文件已在 %s 导入；要导入余下的行，请再上传一次。", r.AppliedAt.Format("01-02 15:04"))
}
