package approval_test

import (
	"context"
	"testing"

	"github.com/lib/pq"

	"liuhen/internal/approval"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/staff"
)

// place puts a request of manager1 with one step waiting for supervisor1 into a
// state, past every guard.
func place(t *testing.T, db *pgtest.DB, people fixture.Staff, state approval.State) (id int64) {
	t.Helper()
	tx, err := db.Owner.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	for _, q := range []string{
		`SET LOCAL session_replication_role = replica`,
		`INSERT INTO approval (kind, state, requester_id, title, closed_at)
		VALUES ('paper', '` + string(state) + `', ` + num(people.Manager1.ID) + `, '直接放入', CASE WHEN '` + string(state) + `' IN ('approved', 'rejected', 'withdrawn') THEN now() - interval '1 hour' END)`,
		`INSERT INTO approval_step (approval_id, position, approver_id, because, state, waiting_since)
		SELECT max(id), 1, ` + num(people.Supervisor1.ID) + `, '测试', 'pending', now() FROM approval`,
	} {
		if _, err := tx.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return db.QueryInt(`SELECT max(id) FROM approval`)
}

// Every move of a request is tried with real statements of the program's role,
// by the person it belongs to and with the decision that goes with it.
func TestTheDatabaseHoldsEveryPair(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	people := fixture.People(t, db)
	for _, from := range approval.States() {
		for _, to := range approval.States() {
			id := place(t, db, people, from)
			err := push(db, people, id, to)
			if allowed := approval.CanMove(from, to); allowed != (err == nil) {
				t.Errorf("%s to %s: %v, want allowed = %v", from, to, err, allowed)
			}
			if pe, ok := asPQ(err); from != to && !approval.CanMove(from, to) && (!ok || pe.Constraint != "approval_transition") {
				t.Errorf("%s to %s is refused by %v, want approval_transition", from, to, err)
			}
		}
	}
}

// push moves a request by plain statements.
func push(db *pgtest.DB, people fixture.Staff, id int64, to approval.State) error {
	ctx := context.Background()
	by := people.Supervisor1
	if to == approval.Pending || to == approval.Withdrawn {
		by = people.Manager1
	}
	return db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		if to == approval.Approved || to == approval.Rejected || to == approval.Returned {
			if _, err := tx.Exec(ctx, `UPDATE approval_step SET state = $2, decided_at = now() WHERE approval_id = $1`, id, string(to)); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `
			UPDATE approval
			SET state = $2,
				submitted_at = CASE WHEN $2::text = 'pending' THEN now() ELSE submitted_at END,
				closed_at = CASE WHEN $2::text IN ('approved', 'rejected', 'withdrawn') THEN now() END
			WHERE id = $1`, id, string(to))
		return err
	})
}

// Nobody writes in another's name, for another, or back in time, whatever SQL
// runs as the program's role.
func TestDirectSQLForgesNothing(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	people := fixture.People(t, db)
	pending := place(t, db, people, approval.Pending)
	returned := place(t, db, people, approval.Returned)
	done := place(t, db, people, approval.Pending)
	if err := push(db, people, done, approval.Approved); err != nil {
		t.Fatal(err)
	}
	const submit = `INSERT INTO approval (kind, requester_id, title) VALUES ('paper', `
	const step = `INSERT INTO approval_step (approval_id, position, approver_id, because, state, waiting_since) VALUES (`
	const event = `INSERT INTO approval_event (approval_id, staff_id, kind, comment) VALUES (`
	m1, s1, s2 := num(people.Manager1.ID), num(people.Supervisor1.ID), num(people.Supervisor2.ID)
	ofPending := ` WHERE approval_id = ` + num(pending)
	ofDone := ` WHERE approval_id = ` + num(done)
	tests := []struct {
		name string
		by   *staff.Member
		sql  string
	}{
		{"a request in another's name", people.Supervisor1, submit + m1 + `, 'x')`},
		{"a request from nobody", &staff.Member{}, submit + m1 + `, 'x')`},
		{"a request of yesterday", people.Manager1, `INSERT INTO approval (kind, requester_id, title, submitted_at) VALUES ('paper', ` + m1 + `, 'x', now() - interval '1 day')`},
		{"a request already approved", people.Manager1, `INSERT INTO approval (kind, requester_id, title, state, closed_at) VALUES ('paper', ` + m1 + `, 'x', 'approved', now())`},
		{"another step afterwards", people.Manager1, step + num(pending) + `, 2, ` + s2 + `, 'x', 'pending', now())`},
		{"the own request decided by its requester", people.Manager1, `UPDATE approval_step SET state = 'approved', decided_at = now()` + ofPending},
		{"a decision by another supervisor", people.Supervisor2, `UPDATE approval_step SET state = 'approved', decided_at = now()` + ofPending},
		{"a decision by an administrator", people.Admin1, `UPDATE approval_step SET state = 'approved', decided_at = now()` + ofPending},
		{"a decision of an hour ago", people.Supervisor1, `UPDATE approval_step SET state = 'approved', decided_at = now() - interval '1 hour'` + ofPending},
		{"the request drawn to oneself", people.Supervisor2, `UPDATE approval_step SET approver_id = ` + s2 + ofPending},
		{"the request routed elsewhere", people.Manager1, `UPDATE approval_step SET approver_id = ` + s2 + ofPending},
		{"the requester as approver", people.Manager1, `UPDATE approval_step SET approver_id = ` + m1 + ` WHERE approval_id = ` + num(returned)},
		{"a manager as approver", people.Manager1, `UPDATE approval_step SET approver_id = ` + num(people.Newbie.ID) + `, state = 'pending' WHERE approval_id = ` + num(returned)},
		{"another reason for routing", people.Supervisor1, `UPDATE approval_step SET because = 'x'` + ofPending},
		{"a longer waiting time", people.Manager1, `UPDATE approval_step SET waiting_since = now() - interval '9 days'` + ofPending},
		{"a decision taken back", people.Supervisor1, `UPDATE approval_step SET state = 'pending', decided_at = NULL` + ofDone},
		{"a decision's comment", people.Supervisor1, `UPDATE approval_step SET comment = 'x'` + ofDone},
		{"a decision's time", people.Supervisor1, `UPDATE approval_step SET decided_at = now()` + ofDone},
		{"approved without the step", people.Supervisor1, `UPDATE approval SET state = 'approved', closed_at = now() WHERE id = ` + num(pending)},
		{"withdrawn by the approver", people.Supervisor1, `UPDATE approval SET state = 'withdrawn', closed_at = now() WHERE id = ` + num(pending)},
		{"submitted again by the approver", people.Supervisor1, `UPDATE approval SET state = 'pending', submitted_at = now() WHERE id = ` + num(returned)},
		{"another title", people.Manager1, `UPDATE approval SET title = 'x' WHERE id = ` + num(pending)},
		{"another requester", people.Supervisor1, `UPDATE approval SET requester_id = ` + s2 + ` WHERE id = ` + num(pending)},
		{"another closing time", people.Supervisor1, `UPDATE approval SET closed_at = now() WHERE id = ` + num(done)},
		{"an event in another's name", people.Manager1, event + num(pending) + `, ` + s1 + `, 'approved', '')`},
		{"an approval never given", people.Supervisor1, event + num(pending) + `, ` + s1 + `, 'approved', '')`},
		{"a reminder by the approver", people.Supervisor1, event + num(pending) + `, ` + s1 + `, 'reminded', '')`},
		{"an event changed", people.Manager1, `UPDATE approval_event SET comment = 'x'`},
		{"an event removed", people.Manager1, `DELETE FROM approval_event`},
		{"a request removed", people.Manager1, `DELETE FROM approval`},
		{"a step removed", people.Manager1, `DELETE FROM approval_step`},
		{"the state machine widened", people.Manager1, `INSERT INTO approval_transition (from_state, to_state) VALUES ('rejected', 'approved')`},
		{"a guard switched off", people.Manager1, `ALTER TABLE approval DISABLE TRIGGER approval_guard`},
	}
	ctx := context.Background()
	for _, tt := range tests {
		err := db.InTx(ctx, tt.by.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, tt.sql)
			return err
		})
		if _, ok := asPQ(err); !ok {
			t.Errorf("%s: %v, want it refused by the database", tt.name, err)
		}
	}
}

// The event of a decision is the decision: kind and comment must agree.
func TestAnEventRepeatsItsDecision(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	people := fixture.People(t, db)
	ctx := context.Background()
	for comment, want := range map[string]bool{"同意，工单属实": true, "从未说过的话": false} {
		id := place(t, db, people, approval.Pending)
		err := db.InTx(ctx, people.Supervisor1.Actor(), func(tx *pg.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE approval_step SET state = 'approved', decided_at = now(), comment = '同意，工单属实' WHERE approval_id = $1`, id); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `INSERT INTO approval_event (approval_id, staff_id, kind, comment) VALUES ($1, $2, 'approved', $3)`, id, people.Supervisor1.ID, comment)
			return err
		})
		if (err == nil) != want {
			t.Errorf("%s: %v", comment, err)
		}
	}
}

func asPQ(err error) (*pq.Error, bool) {
	pe := pq.As(err)
	return pe, pe != nil
}
