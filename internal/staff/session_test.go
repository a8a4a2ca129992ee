package staff_test

import (
	"bytes"
	"maps"
	"testing"
	"time"

	"liuhen/internal/staff"
)

// data is what scs keeps in a session of the person; 0 is nobody.
func data(t *testing.T, id int64) []byte {
	t.Helper()
	values := map[string]any{"flash": "已提交。"}
	if id != 0 {
		values[staff.SessionStaff] = id
	}
	b, err := staff.SessionCodec{}.Encode(time.Now(), values)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// begin commits a session of the person with the full limit.
func (h house) begin(t *testing.T, token string, id int64) {
	t.Helper()
	if err := h.sessions.CommitCtx(t.Context(), token, data(t, id), time.Now().Add(staff.SessionLimit)); err != nil {
		t.Fatal(err)
	}
}

// wantLive fails t unless the session is live or not, without memory's help.
func (h house) wantLive(t *testing.T, token string, want bool, when string) {
	t.Helper()
	h.sessions.EvictAll()
	_, found, err := h.sessions.FindCtx(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if found != want {
		t.Errorf("%s: session %q found %v, want %v", when, token, found, want)
	}
}

func TestSessionsAreKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	want := data(t, h.people.Manager1.ID)
	if err := h.sessions.Commit("a", want, time.Now().Add(staff.SessionLimit)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		got, found, err := h.sessions.Find("a")
		if err != nil || !found || !bytes.Equal(got, want) {
			t.Fatalf("Find = %d bytes, %v, %v", len(got), found, err)
		}
	}
	if n := h.QueryInt(`SELECT staff_id FROM session WHERE token = 'a'`); n != h.people.Manager1.ID {
		t.Errorf("the row belongs to %d", n)
	}
	h.begin(t, "anonymous", 0)
	h.wantLive(t, "anonymous", true, "before sign-in")
	if err := h.sessions.Delete("a"); err != nil {
		t.Fatal(err)
	}
	h.wantLive(t, "a", false, "after sign-out")
	for _, token := range []string{"never", "", "a\x00b", "\xff", "'; DROP TABLE session; --"} {
		h.wantLive(t, token, false, "a token nobody gave")
	}
	if err := h.sessions.Delete("never"); err != nil {
		t.Errorf("deleting nothing: %v", err)
	}
}

func TestNoRequestUnderWayBringsASessionBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.begin(t, "a", h.people.Manager1.ID)
	if err := h.sessions.Delete("a"); err != nil {
		t.Fatal(err)
	}
	h.begin(t, "a", h.people.Manager1.ID)
	h.wantLive(t, "a", false, "committed after sign-out")

	h.begin(t, "b", h.people.Manager1.ID)
	if err := h.dir.Disable(t.Context(), h.people.Admin1, h.people.Manager1.ID, "离职"); err != nil {
		t.Fatal(err)
	}
	h.begin(t, "b", h.people.Manager1.ID)
	h.wantLive(t, "b", false, "committed after the person was disabled")
}

func TestSessionsEndWhenIdle(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.begin(t, "a", h.people.Manager1.ID)
	h.Advance(staff.SessionIdle - 2*time.Minute)
	h.wantLive(t, "a", true, "idle for 28 minutes")
	h.Advance(staff.SessionIdle - 2*time.Minute)
	h.wantLive(t, "a", true, "idle for another 28 minutes")
	h.Advance(staff.SessionIdle + time.Second)
	h.wantLive(t, "a", false, "idle for half an hour")
}

func TestSessionsEndAfterTheLimitHoweverBusy(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if err := h.sessions.Commit("a", data(t, h.people.Manager1.ID), time.Now().Add(100*time.Hour)); err != nil {
		t.Fatal(err)
	}
	for range 35 {
		h.Advance(20 * time.Minute)
		h.wantLive(t, "a", true, "within the limit")
		h.begin(t, "a", h.people.Manager1.ID)
	}
	h.Advance(20*time.Minute + time.Second)
	h.wantLive(t, "a", false, "after twelve hours")
}

func TestARequestIsWrittenDownOnceAMinute(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.begin(t, "a", h.people.Manager1.ID)
	writes := func() int64 {
		return h.QueryInt(`SELECT (xmin::text)::bigint FROM session WHERE token = 'a'`)
	}
	h.Advance(50 * time.Second)
	before := writes()
	for range 20 {
		h.wantLive(t, "a", true, "within a minute")
	}
	if writes() != before {
		t.Error("requests within a minute wrote")
	}
	h.Advance(11 * time.Second)
	before = writes()
	h.wantLive(t, "a", true, "after a minute")
	after := writes()
	if after == before {
		t.Error("a request after a minute did not write")
	}
	h.wantLive(t, "a", true, "again")
	if writes() != after {
		t.Error("the next request wrote again")
	}
}

func TestMemoryIsForgottenWhenTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.people.Manager1.ID
	for name, evict := range map[string]func(){
		"session": func() { h.sessions.Evict("a") },
		"staff":   func() { h.sessions.EvictStaff(id) },
		"all":     h.sessions.EvictAll,
	} {
		h.MustExec(`DELETE FROM session`)
		h.begin(t, "a", id)
		read := time.Now()
		if _, found, err := h.sessions.Find("a"); err != nil || !found {
			t.Fatal(found, err)
		}
		h.MustExec(`DELETE FROM session`)
		if _, found, _ := h.sessions.Find("a"); !found && time.Since(read) < 4*time.Second {
			t.Errorf("%s: the session was not remembered", name)
		}
		evict()
		if _, found, _ := h.sessions.Find("a"); found {
			t.Errorf("%s: the session was not forgotten", name)
		}
	}
}

func TestSweepKeepsWhatStillServes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.begin(t, "old", h.people.Manager1.ID)
	if _, err := h.signIn(t, "manager1", "liuhen-demo", desk); err != nil {
		t.Fatal(err)
	}
	h.Advance(31 * 24 * time.Hour)
	h.begin(t, "new", h.people.Manager1.ID)
	if _, err := h.signIn(t, "manager1", "liuhen-demo", desk); err != nil {
		t.Fatal(err)
	}
	if err := h.dir.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := h.QueryInt(`SELECT count(*) FROM session`); n != 1 {
		t.Errorf("%d sessions left, want 1", n)
	}
	if n := h.QueryInt(`SELECT count(*) FROM signin_attempt`); n != 1 {
		t.Errorf("%d attempts left, want 1", n)
	}
	if n := h.lines("session.signed_in", false); n != 2 {
		t.Errorf("%d sign-ins on the trail, want both", n)
	}
}

func TestSessionDataComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	deadline := time.Date(2026, 11, 23, 8, 0, 0, 1, time.UTC)
	values := map[string]any{staff.SessionStaff: int64(1)<<62 + 1, "flash": "已提交：“债券”。"}
	b, err := staff.SessionCodec{}.Encode(deadline, values)
	if err != nil {
		t.Fatal(err)
	}
	gotDeadline, got, err := staff.SessionCodec{}.Decode(b)
	if err != nil || !gotDeadline.Equal(deadline) || !maps.Equal(got, values) {
		t.Errorf("Decode = %v, %v, %v", gotDeadline, got, err)
	}
	for _, broken := range []string{"", "gob", `{"values":{"staff":1.5}}`} {
		if _, _, err := (staff.SessionCodec{}).Decode([]byte(broken)); err == nil {
			t.Errorf("%q is read as a session", broken)
		}
	}
}

func TestASessionThatCannotBeReadHasEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.begin(t, "a", h.people.Manager1.ID)
	h.DB.MustExec(`UPDATE session SET data = 'of another release'`)
	h.wantLive(t, "a", false, "unreadable")
}
