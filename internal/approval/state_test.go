package approval_test

import (
	"fmt"
	"testing"

	"liuhen/internal/approval"
	"liuhen/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestCanMoveForEveryPair(t *testing.T) {
	t.Parallel()
	allowed := map[string]bool{
		"pending approved":   true,
		"pending rejected":   true,
		"pending returned":   true,
		"pending withdrawn":  true,
		"returned pending":   true,
		"returned withdrawn": true,
	}
	for _, from := range approval.States() {
		for _, to := range approval.States() {
			pair := fmt.Sprintf("%s %s", from, to)
			if got := approval.CanMove(from, to); got != allowed[pair] {
				t.Errorf("CanMove(%s) = %v", pair, got)
			}
		}
	}
	for state, closed := range map[approval.State]bool{
		approval.Pending: false, approval.Returned: false,
		approval.Approved: true, approval.Rejected: true, approval.Withdrawn: true,
	} {
		if state.Closed() != closed {
			t.Errorf("%s closed = %v", state, state.Closed())
		}
	}
}

func TestTheDatabaseHasTheSameTable(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var moves int64
	for _, from := range approval.States() {
		for _, to := range approval.States() {
			has := db.QueryInt(`SELECT count(*) FROM approval_transition WHERE from_state = $1 AND to_state = $2`, string(from), string(to)) == 1
			if has != approval.CanMove(from, to) {
				t.Errorf("%s to %s: the database says %v, the program %v", from, to, has, !has)
			}
			if has {
				moves++
			}
		}
	}
	if n := db.QueryInt(`SELECT count(*) FROM approval_transition`); n != moves {
		t.Errorf("the database knows %d moves, the program %d", n, moves)
	}
}

func TestBecauseAddressesTheApproverOnly(t *testing.T) {
	t.Parallel()
	s := approval.Step{ApproverID: 5, Because: "您是甲一的直接上级"}
	if got := s.BecauseTo(5); got != "您是甲一的直接上级" {
		t.Errorf("to the approver: %q", got)
	}
	if got := s.BecauseTo(1); got != "是甲一的直接上级" {
		t.Errorf("to the requester: %q", got)
	}
}
