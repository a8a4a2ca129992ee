package access_test

import (
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/pg"
	"liuhen/internal/seal"
	"liuhen/internal/staff"
	"liuhen/internal/staffing"
)

// stage is the portal on which worlds are walked.
type stage struct {
	counter
	directory *staff.Directory
	office    *staffing.Office
	boss      *staff.Member // decides whatever is asked for; never disabled, and sees nothing
	made      *atomic.Int64 // scenes so far
}

// scene is one customer of the stage with people of its own.
type scene struct {
	stage
	file int64
	no   string
	who  [people]*staff.Member
}

// newStage returns the stage of a counter.
func newStage(c counter) stage {
	dir := staff.NewDirectory(c.db.DB, seal.NewMasterKey())
	s := stage{counter: c, directory: dir, office: staffing.NewOffice(c.db.DB, dir), made: new(atomic.Int64)}
	s.boss = &staff.Member{ID: c.people.Compliance1.ID, Role: staff.Compliance, BranchID: c.people.HeadID}
	return s
}

// scene adds three people and a customer of the first with a row in every
// closed table that is asked about.
func (s stage) scene() (scene, error) {
	sc, number := scene{stage: s}, s.made.Add(1)
	roles := [people]staff.Role{staff.Manager, staff.Manager, staff.Supervisor}
	branches := [people]int64{s.people.Branch1ID, s.people.Branch2ID, s.people.Branch1ID}
	err := s.db.InTx(s.ctx, pg.System, func(tx *pg.Tx) error {
		for i := range people {
			no := fmt.Sprintf("7%07d", number*people+int64(i))
			m := &staff.Member{No: no, Username: "walker" + no, Name: "行者" + no, Role: roles[i], BranchID: branches[i], SuperiorID: s.boss.ID}
			const q = `
				INSERT INTO staff (no, username, name, role, branch_id, superior_id, password_hash)
				VALUES ($1, $2, $3, $4, $5, $6, 'invalid')
				RETURNING id`
			if err := tx.Get(s.ctx, &m.ID, q, m.No, m.Username, m.Name, string(m.Role), m.BranchID, m.SuperiorID); err != nil {
				return err
			}
			sc.who[i] = m
		}
		const q = `
			WITH c AS (
				INSERT INTO customer (name, pinyin, initials, branch_id, manager_id)
				VALUES ('顾明远', 'gumingyuan', 'gmy', $1, $2)
				RETURNING id, no
			), p AS (
				INSERT INTO contact_point (customer_id, source_id, kind, value)
				SELECT c.id, x.id, 'mobile', '13812345678' FROM c CROSS JOIN source_system AS x WHERE x.code = 'fixture'
			), d AS (
				INSERT INTO identity_document (customer_id, source_id, kind, number)
				SELECT c.id, x.id, 'resident_id', '310101199001011234' FROM c CROSS JOIN source_system AS x WHERE x.code = 'fixture'
			), a AS (
				INSERT INTO account (customer_id, source_id, external_no, kind, balance)
				SELECT c.id, x.id, c.no, '活期', 1 FROM c CROSS JOIN source_system AS x WHERE x.code = 'fixture'
			)
			SELECT c.id, c.no FROM c`
		var file struct {
			ID int64  `db:"id"`
			No string `db:"no"`
		}
		err := tx.Get(s.ctx, &file, q, branches[first], sc.who[first].ID)
		sc.file, sc.no = file.ID, file.No
		return err
	})
	return sc, err
}

// groupsAsked are the groups of the model as the portal knows them.
func groupsAsked() [closed]access.Group { return [closed]access.Group{access.Contact, access.Assets} }

// do takes a step with the portal's own functions.
func (s scene) do(a act) error {
	by := s.who[a.who]
	switch a.verb {
	case "tick":
		return s.tick()
	case "transfer":
		return s.transfer()
	case "ask":
		groups := groupsAsked()
		o, err := s.desk.Request(s.ctx, by, s.no, ask(groups[:]...))
		if err == nil && o.ApprovalID == 0 {
			return errors.New("nothing was asked for")
		}
		return err
	case "approve":
		return s.decided(a.who, access.Kind, approval.Left{})
	case "narrow":
		return s.narrow(a.who)
	case "disable":
		return s.disable(by)
	case "glass":
		_, err := s.desk.BreakGlass(s.ctx, by, s.no, access.Glass{Groups: []access.Group{access.Assets}, Reason: urgently})
		return err
	case "review":
		return s.decided(a.who, approval.BreakGlass, approval.Left{})
	default:
		return s.handBack(a.who, groupsAsked()[a.group])
	}
}

// disable ends somebody's access; what a session loads of them afterwards says so.
func (s scene) disable(m *staff.Member) error {
	err := s.directory.Disable(s.ctx, s.people.Admin1, m.ID, "模型测试")
	if now := time.Now(); err == nil {
		m.DisabledAt = &now
	}
	return err
}

// tick makes the grants of the customer sixteen minutes older, as the moved
// clock would.
func (s scene) tick() error {
	tx, err := s.db.Owner.BeginTx(s.ctx, nil)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(s.ctx, `SET LOCAL session_replication_role = replica`)
	if err == nil {
		_, err = tx.ExecContext(s.ctx, `
			UPDATE access_grant
			SET granted_at = granted_at - interval '16 minutes',
				expires_at = expires_at - interval '16 minutes',
				ended_at = ended_at - interval '16 minutes'
			WHERE customer_id = $1`, s.file)
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// transfer hands the customer from the keeper to the other manager.
func (s scene) transfer() error {
	var keeper int64
	if err := s.db.Owner.QueryRowContext(s.ctx, `SELECT manager_id FROM customer WHERE id = $1`, s.file).Scan(&keeper); err != nil {
		return err
	}
	to := s.who[first]
	if keeper == to.ID {
		to = s.who[second]
	}
	_, err := s.office.HandOver(s.ctx, s.people.Admin1, keeper, staffing.Handover{Receivers: to.No})
	return err
}

// waiting is the oldest request of a kind of a person that waits.
func (s scene) waiting(who int, kind approval.Kind) (id int64, err error) {
	const q = `SELECT id FROM approval WHERE requester_id = $1 AND kind = $2 AND state = 'pending' ORDER BY id LIMIT 1`
	err = s.db.Owner.QueryRowContext(s.ctx, q, s.who[who].ID, string(kind)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, errors.New("nothing waits")
	}
	return id, err
}

func (s scene) decided(who int, kind approval.Kind, left approval.Left) error {
	id, err := s.waiting(who, kind)
	if err != nil {
		return err
	}
	return s.engine.Decide(s.ctx, s.boss, id, approval.Verdict{Verb: approval.Approve, Left: left})
}

// narrow approves the first group that was asked for, for ten minutes.
func (s scene) narrow(who int) error {
	id, err := s.waiting(who, access.Kind)
	if err != nil {
		return err
	}
	var group string
	const q = `SELECT CASE WHEN 'contact' = ANY (groups) THEN 'contact' ELSE 'assets' END FROM access_request WHERE approval_id = $1`
	if err := s.db.Owner.QueryRowContext(s.ctx, q, id).Scan(&group); err != nil {
		return err
	}
	return s.decided(who, access.Kind, approval.Left{Groups: []string{group}, Minutes: 10})
}

// handBack hands back the live grant of a group that lasts longest.
func (s scene) handBack(who int, group access.Group) error {
	const q = `
		SELECT id
		FROM access_grant
		WHERE staff_id = $1
			AND customer_id = $2
			AND field_group = $3
			AND ended_at IS NULL
			AND expires_at > now()
		ORDER BY
			expires_at DESC,
			id
		LIMIT 1`
	var id int64
	err := s.db.Owner.QueryRowContext(s.ctx, q, s.who[who].ID, s.file, string(group)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return errors.New("nothing is open")
	}
	if err != nil {
		return err
	}
	return s.desk.HandBack(s.ctx, s.who[who], id)
}

// rows is how many rows of the closed tables somebody can read, in the order of
// the columns.
type rows struct {
	Contacts     int `db:"contacts"`
	Assets       int `db:"assets"`
	Identity     int `db:"identity"`
	Transactions int `db:"transactions"`
}

// wrong says what somebody sees that the model does not let them see, or the
// other way round; empty if nothing.
func (s scene) wrong(w worldModel) (string, error) {
	const q = `
		SELECT
			(SELECT count(*) FROM contact_point AS p WHERE p.customer_id = $1) AS contacts,
			(SELECT count(*) FROM account AS a WHERE a.customer_id = $1) AS assets,
			(SELECT count(*) FROM identity_document AS d WHERE d.customer_id = $1) AS identity,
			(SELECT count(*) FROM bank_transaction AS b WHERE b.customer_id = $1) AS transactions`
	look := func(by *staff.Member, want rows) (string, error) {
		var got rows
		err := s.db.Read(s.ctx, by.Actor(), func(tx *pg.Tx) error { return tx.Get(s.ctx, &got, q, s.file) })
		if err != nil || got == want {
			return "", err
		}
		return fmt.Sprintf("%s %s sees %+v, want %+v", by.Role, by.No, got, want), nil
	}
	for i, m := range s.who {
		want := rows{}
		if w.who[i].sees(contacts) {
			want.Contacts = 1
		}
		if w.who[i].sees(assets) {
			want.Assets = 1
		}
		if wrong, err := look(m, want); wrong != "" || err != nil {
			return wrong, err
		}
	}
	return look(s.boss, rows{})
}

// step takes a step in the portal and the model and returns the world after it,
// compared, if wanted, with what everybody sees.
func (s scene) step(w worldModel, a act, compare bool) (worldModel, error) {
	after, may := w.next(a)
	if err := s.do(a); (err == nil) != may {
		return after, fmt.Errorf("%s: %v, but the model says %v", a, err, may)
	}
	if !compare {
		return after, nil
	}
	wrong, err := s.wrong(after)
	if err == nil && wrong != "" {
		err = fmt.Errorf("after %s: %s", a, wrong)
	}
	return after, err
}
