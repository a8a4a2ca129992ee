package staff_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/realdata"
	"liuhen/internal/staff"
)

const desk = "192.0.2.7"

func TestSignInByUsernameOrNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, name := range []string{"manager1", "3001", " Manager1 ", "３００１"} {
		m, err := h.signIn(t, name, "liuhen-demo", desk)
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if m.ID != h.people.Manager1.ID || m.BranchName != "静安支行" || m.Address != desk {
			t.Errorf("%q signed in %+v", name, m)
		}
	}
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE action = 'session.signed_in' AND staff_id = $1 AND address = $2`, h.people.Manager1.ID, desk); n != 4 {
		t.Errorf("%d sign-ins on the trail, want 4", n)
	}
	if err := h.dir.SignOut(t.Context(), h.people.Manager1); err != nil {
		t.Fatal(err)
	}
	if n := h.lines("session.signed_out", false); n != 1 {
		t.Errorf("%d sign-outs on the trail", n)
	}
}

func TestSignInDoesNotTellWhichWasWrong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, unknown := h.signIn(t, "nobody", "liuhen-demo", desk)
	_, wrong := h.signIn(t, "manager1", "not the password", desk)
	wantKind(t, unknown, fault.Unauthenticated)
	wantKind(t, wrong, fault.Unauthenticated)
	if fault.As(unknown).Sentence != fault.As(wrong).Sentence {
		t.Errorf("%q and %q differ", unknown, wrong)
	}
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE refused AND staff_id IS NULL AND action = 'session.refused'`); n != 2 {
		t.Errorf("%d refusals on the trail, want 2", n)
	}
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE detail LIKE '%nobody%'`); n != 0 {
		t.Error("the trail repeats an unknown name")
	}
	if n := h.QueryInt(`SELECT count(*) FROM signin_attempt WHERE username LIKE '%nobody%'`); n != 0 {
		t.Error("an attempt repeats an unknown name")
	}
}

// It runs by itself: what it compares is time.
func TestSignInTakesAsLongForUnknownNames(t *testing.T) {
	h := newHouse(t)
	took := func(name string) time.Duration {
		start := time.Now()
		if _, err := h.signIn(t, name, "not the password", ""); fault.KindOf(err) != fault.Unauthenticated {
			t.Fatal(err)
		}
		return time.Since(start)
	}
	took("manager2")
	known, unknown := time.Hour, time.Hour
	for i := range 4 {
		known = min(known, took([]string{"manager1", "newbie", "risk1", "admin1"}[i]))
		unknown = min(unknown, took([]string{"nobody1", "nobody2", "nobody3", "nobody4"}[i]))
	}
	// A hash takes tens of milliseconds, everything else a few.
	if unknown < known/4 || known < unknown/4 {
		t.Errorf("known names take %v, unknown ones %v", known, unknown)
	}
}

func TestSignInNeedsBothFields(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.signIn(t, "  ", "", desk)
	wantKind(t, err, fault.Invalid)
	if f := fault.As(err).Fields; len(f) != 2 || f[0].Name != "username" || f[1].Name != "password" {
		t.Errorf("fields at fault: %v", f)
	}
}

func TestFiveFailuresPauseAnAccount(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range 5 {
		_, err := h.signIn(t, "manager1", "wrong", desk)
		wantKind(t, err, fault.Unauthenticated)
	}
	h.Advance(3*time.Minute + 30*time.Second)
	// By number it is the same account; from another address too; and the right
	// password does not help.
	_, err := h.signIn(t, "3001", "liuhen-demo", "198.51.100.1")
	wantKind(t, err, fault.Throttled)
	if want := "登录失败次数过多，已暂停，请在 12 分钟后再试。"; fault.As(err).Sentence != want {
		t.Errorf("sentence %q, want %q", fault.As(err).Sentence, want)
	}
	var paused *staff.Paused
	if !errors.As(err, &paused) || paused.Wait > 12*time.Minute || paused.Wait < 11*time.Minute {
		t.Errorf("the cause says %v", paused)
	}
	if n := h.lines("session.refused", true); n != 5 {
		t.Errorf("%d refusals on the trail, want 5", n)
	}
	if _, err := h.signIn(t, "manager2", "liuhen-demo", desk); err != nil {
		t.Errorf("another account: %v", err)
	}
	h.Advance(12 * time.Minute)
	if _, err := h.signIn(t, "manager1", "liuhen-demo", desk); err != nil {
		t.Errorf("after the pause: %v", err)
	}
}

func TestSuccessForgivesFailures(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range 3 {
		for range 4 {
			_, err := h.signIn(t, "manager1", "wrong", desk)
			wantKind(t, err, fault.Unauthenticated)
		}
		if _, err := h.signIn(t, "manager1", "liuhen-demo", desk); err != nil {
			t.Fatal(err)
		}
	}
}

func TestThirtyFailuresPauseAnAddress(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.MustExec(`INSERT INTO signin_attempt (username, address, ok) SELECT 'guess' || g, $1, false FROM generate_series(1, 29) AS g`, desk)
	_, err := h.signIn(t, "nobody", "wrong", desk)
	wantKind(t, err, fault.Unauthenticated)
	_, err = h.signIn(t, "manager1", "liuhen-demo", desk)
	wantKind(t, err, fault.Throttled)
	if _, err := h.signIn(t, "manager1", "liuhen-demo", "198.51.100.1"); err != nil {
		t.Errorf("from another address: %v", err)
	}
	_, err = h.signIn(t, "manager1", "liuhen-demo", "::ffff:"+desk)
	wantKind(t, err, fault.Throttled)
}

func TestGuessesSentAtOnceAreNoMoreThanInARow(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var judged atomic.Int32
	var wg sync.WaitGroup
	for range 24 {
		wg.Go(func() {
			_, err := h.dir.SignIn(t.Context(), staff.Credentials{Username: "manager1", Password: "wrong", Address: desk})
			if fault.KindOf(err) == fault.Unauthenticated {
				judged.Add(1)
			} else if fault.KindOf(err) != fault.Throttled {
				t.Errorf("unexpected: %v", err)
			}
		})
	}
	wg.Wait()
	if judged.Load() != 5 {
		t.Errorf("%d guesses were judged, want 5", judged.Load())
	}
}

func TestTheSamePersonMaySignInManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if _, err := h.dir.SignIn(t.Context(), staff.Credentials{Username: "newbie", Password: "liuhen-demo", Address: desk}); err != nil {
				t.Errorf("sign in: %v", err)
			}
		})
	}
	wg.Wait()
}

func TestNaughtyCredentialsAreOnlyWrong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i, s := range realdata.NaughtyStrings(t) {
		if i%25 != 0 && i > 10 {
			continue // a hash each: a sample is enough here
		}
		for _, c := range []staff.Credentials{{s, "wrong", ""}, {"auditor1", s + "!", s}} {
			_, err := h.dir.SignIn(t.Context(), c)
			switch fault.KindOf(err) {
			case fault.Unauthenticated, fault.Invalid, fault.Throttled:
			default:
				t.Errorf("%q: %v", c, err)
			}
		}
	}
}
