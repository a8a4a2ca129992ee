package staff_test

import (
	"testing"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/staff"
)

// signedIn keeps a session of the person with a handle.
func (h house) signedIn(t *testing.T, token string, m *staff.Member, handle int64) {
	t.Helper()
	data, err := staff.SessionCodec{}.Encode(time.Now().Add(time.Hour), map[string]any{
		staff.SessionStaff: m.ID, staff.SessionHandle: handle, staff.SessionAddress: "10.1.2.3", staff.SessionAgent: "Mozilla/5.0 (Windows NT 10.0) Firefox/140",
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.sessions.CommitCtx(t.Context(), token, data, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, m, admin := t.Context(), h.people.Manager1, h.people.Admin1
	h.signedIn(t, "desk", m, 1)
	h.signedIn(t, "phone", m, 2)
	h.signedIn(t, "third", m, 3)
	h.signedIn(t, "theirs", h.people.Manager2, 4)
	list, err := h.sessions.Of(ctx, m, m.ID)
	if err != nil || len(list) != 3 || list[0].Address != "10.1.2.3" || list[0].Browser() != "Firefox，Windows" {
		t.Fatalf("own sessions %+v, %v", list, err)
	}
	_, err = h.sessions.Of(ctx, m, h.people.Manager2.ID)
	wantKind(t, err, fault.Forbidden)
	wantKind(t, h.sessions.End(ctx, m, h.people.Manager2.ID, 4), fault.Forbidden)
	wantKind(t, h.sessions.End(ctx, m, m.ID, 4), fault.NotFound)
	if err := h.sessions.End(ctx, m, m.ID, 2); err != nil {
		t.Fatal(err)
	}
	h.wantLive(t, "phone", false, "ended")
	h.wantLive(t, "desk", true, "another")
	wantKind(t, h.sessions.End(ctx, m, m.ID, 2), fault.NotFound)
	if n, err := h.sessions.EndOthers(ctx, m, m.ID, 1); err != nil || n != 1 {
		t.Errorf("ended %d others, %v", n, err)
	}
	h.wantLive(t, "desk", true, "the one it was asked in")
	h.wantLive(t, "third", false, "another")
	if n, err := h.sessions.EndOthers(ctx, admin, m.ID, 0); err != nil || n != 1 {
		t.Errorf("an administrator ended %d, %v", n, err)
	}
	h.wantLive(t, "desk", false, "ended by an administrator")
	h.wantLive(t, "theirs", true, "of somebody else")
	if n := h.lines("session.ended", false); n != 3 {
		t.Errorf("%d lines on the trail, want 3", n)
	}
}

func TestAnAdministratorEndsAPause(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, m, admin := t.Context(), h.people.Manager1, h.people.Admin1
	wantKind(t, h.dir.Unlock(ctx, admin, m.ID), fault.Conflict)
	for range 5 {
		_, err := h.signIn(t, m.Username, "wrong", "10.0.0.7")
		wantKind(t, err, fault.Unauthenticated)
	}
	_, err := h.signIn(t, m.Username, "liuhen-demo", "10.0.0.7")
	wantKind(t, err, fault.Throttled)
	paused, err := h.dir.Lockouts(ctx, admin, 0)
	if err != nil || len(paused) != 1 || paused[0].StaffID != m.ID || paused[0].Wait < 14*time.Minute {
		t.Errorf("paused %+v, %v", paused, err)
	}
	if none, err := h.dir.Lockouts(ctx, admin, h.people.Manager2.ID); err != nil || len(none) != 0 {
		t.Errorf("of somebody else %+v, %v", none, err)
	}
	wantKind(t, h.dir.Unlock(ctx, h.people.Supervisor1, m.ID), fault.Forbidden)
	if err := h.dir.Unlock(ctx, admin, m.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.signIn(t, m.Username, "liuhen-demo", "10.0.0.7"); err != nil {
		t.Errorf("after unlocking: %v", err)
	}
	if h.lines("staff.unlocked", false) != 1 || h.lines("session.refused", true) != 5 {
		t.Error("the trail does not tell it all")
	}
}
