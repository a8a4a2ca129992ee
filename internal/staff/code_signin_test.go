package staff_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// phone is an authenticator app whose clock stands still, so that a test may run
// into the next step.
type phone struct {
	secret string
	at     time.Time
}

// code is the code of some steps from when the phone got its secret.
func (p phone) code(t *testing.T, steps int) string {
	t.Helper()
	c, err := totp.GenerateCode(strings.ReplaceAll(p.secret, "-", ""), p.at.Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// withCodes sets up one-time codes for a person, by the code of step 0.
func (h house) withCodes(t *testing.T, m *staff.Member) (p phone, recovery []string) {
	t.Helper()
	if err := h.dir.BeginCodes(t.Context(), m, "liuhen-demo"); err != nil {
		t.Fatal(err)
	}
	s, err := h.dir.PendingCodes(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	p = phone{s.Secret, time.Now()}
	recovery, err = h.dir.ConfirmCodes(t.Context(), m, p.code(t, 0))
	if err != nil {
		t.Fatal(err)
	}
	return p, recovery
}

// half gives the password and returns what is wanted besides.
func (h house) half(t *testing.T, m *staff.Member) staff.CodeWanted {
	t.Helper()
	_, err := h.signIn(t, m.Username, "liuhen-demo", "10.0.0.7")
	var wanted *staff.CodeWanted
	if !errors.As(err, &wanted) || fault.KindOf(err) != fault.Unauthenticated {
		t.Fatalf("error is %v, want a code asked for", err)
	}
	return *wanted
}

func TestSigningInWithACode(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.people.Manager1
	app, recovery := h.withCodes(t, m)
	w := h.half(t, m)
	if h.lines("session.signed_in", false) != 0 {
		t.Error("the password alone signs in")
	}
	_, err := h.dir.SignInCode(t.Context(), w, "000000", "10.0.0.7")
	wantKind(t, err, fault.Unauthenticated)
	_, err = h.dir.SignInCode(t.Context(), w, app.code(t, 0), "10.0.0.7")
	wantKind(t, err, fault.Unauthenticated) // it confirmed the secret already
	in, err := h.dir.SignInCode(t.Context(), w, app.code(t, 1), "10.0.0.7")
	if err != nil || in.ID != m.ID || in.Address != "10.0.0.7" {
		t.Fatalf("in as %+v, %v", in, err)
	}
	_, err = h.dir.SignInCode(t.Context(), w, app.code(t, 1), "10.0.0.7")
	wantKind(t, err, fault.Unauthenticated)
	if in, err = h.dir.SignInCode(t.Context(), w, strings.ToLower(recovery[3]), "10.0.0.7"); err != nil || in.ID != m.ID {
		t.Fatalf("a recovery code: %v", err)
	}
	_, err = h.dir.SignInCode(t.Context(), w, recovery[3], "10.0.0.7")
	wantKind(t, err, fault.Unauthenticated)
	if own, err := h.dir.Codes(t.Context(), m); err != nil || own.Recovery != staff.RecoveryCodes-1 || own.Since == nil {
		t.Errorf("own codes %+v, %v", own, err)
	}
	if n := h.lines("session.signed_in", false); n != 2 {
		t.Errorf("%d sign-ins on the trail, want 2", n)
	}
}

func TestOneCodeSignsInOnceHoweverManyTry(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	app, _ := h.withCodes(t, h.people.Manager1)
	w, c := h.half(t, h.people.Manager1), app.code(t, 1)
	var in sync.Map
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			if _, err := h.dir.SignInCode(t.Context(), w, c, ""); err == nil {
				in.Store(i, true)
			}
		})
	}
	all.Wait()
	n := 0
	in.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d of 4 came in with one code", n)
	}
}

func TestGuessingCodesPausesWhateverThePasswordSays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	app, _ := h.withCodes(t, h.people.Manager1)
	for range 5 {
		_, err := h.dir.SignInCode(t.Context(), h.half(t, h.people.Manager1), "000000", "")
		wantKind(t, err, fault.Unauthenticated)
	}
	_, err := h.signIn(t, h.people.Manager1.Username, "liuhen-demo", "")
	wantKind(t, err, fault.Throttled)
	w := staff.CodeWanted{StaffID: h.people.Manager1.ID, Mark: "x"}
	_, err = h.dir.SignInCode(t.Context(), w, app.code(t, 1), "")
	wantKind(t, err, fault.Conflict)
}

func TestAnotherPasswordEndsTheHalfSignIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	app, _ := h.withCodes(t, h.people.Manager1)
	w := h.half(t, h.people.Manager1)
	if err := h.dir.ResetPassword(t.Context(), h.people.Admin1, h.people.Manager1.ID, "told in person"); err != nil {
		t.Fatal(err)
	}
	_, err := h.dir.SignInCode(t.Context(), w, app.code(t, 1), "")
	wantKind(t, err, fault.Conflict)
}

func TestANewSecretIsGoodOnlyOnceConfirmed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.people.Manager1
	old, first := h.withCodes(t, m)
	wantKind(t, h.dir.BeginCodes(t.Context(), m, "not it"), fault.Invalid)
	if err := h.dir.BeginCodes(t.Context(), m, "liuhen-demo"); err != nil {
		t.Fatal(err)
	}
	s, err := h.dir.PendingCodes(t.Context(), m)
	if err != nil || s.Secret == old.secret {
		t.Fatalf("pending %v, %v", s.Secret == old.secret, err)
	}
	_, err = h.dir.ConfirmCodes(t.Context(), m, old.code(t, 1))
	wantKind(t, err, fault.Invalid)
	if _, err := h.dir.SignInCode(t.Context(), h.half(t, m), old.code(t, 1), ""); err != nil {
		t.Errorf("the old secret: %v", err)
	}
	again, err := h.dir.ConfirmCodes(t.Context(), m, phone{s.Secret, time.Now()}.code(t, 0))
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.dir.SignInCode(t.Context(), h.half(t, m), first[0], "")
	wantKind(t, err, fault.Unauthenticated)
	if _, err = h.dir.SignInCode(t.Context(), h.half(t, m), again[0], ""); err != nil {
		t.Errorf("a new recovery code: %v", err)
	}
	_, err = h.dir.PendingCodes(t.Context(), m)
	wantKind(t, err, fault.NotFound)
}

func TestSecretsOfCodesLieSealedAndHidden(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, m := t.Context(), h.people.Manager1
	app, _ := h.withCodes(t, m)
	plain := strings.ReplaceAll(app.secret, "-", "")
	if n := h.QueryInt(`SELECT count(*) FROM staff_code WHERE position(convert_to($1, 'UTF8') IN secret) > 0`, plain); n != 0 {
		t.Error("the secret lies open")
	}
	for _, other := range []*staff.Member{h.people.Manager2, h.people.Admin1, h.people.Compliance1, {}} {
		var n int
		err := h.Read(ctx, other.Actor(), func(tx *pg.Tx) error { return tx.Get(ctx, &n, `SELECT count(*) FROM staff_code`) })
		if err != nil || n != 0 {
			t.Errorf("%s sees %d rows: %v", other.Username, n, err)
		}
	}
	for _, forged := range []string{
		`UPDATE staff_code SET last_step = 0`,
		`UPDATE staff_code SET secret = pending`,
		`UPDATE staff_code SET secret = '\x00', confirmed_at = now()`,
		`DELETE FROM staff_code`,
		`UPDATE staff_recovery_code SET used_at = NULL`,
		`DELETE FROM staff_recovery_code`,
		`SELECT reset_code((SELECT acting_staff()))`,
		`UPDATE signin_policy SET code_required = false`,
		`INSERT INTO staff_code (staff_id, pending) SELECT id, '\x00' FROM staff WHERE username = 'manager2'`,
	} {
		err := h.InTx(ctx, m.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, forged)
			return err
		})
		if err == nil {
			t.Errorf("%s: is done", forged)
		}
	}
}

func TestResettingCodes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, m, admin := t.Context(), h.people.Manager1, h.people.Admin1
	wantKind(t, h.dir.ResetCodes(ctx, admin, m.ID), fault.Conflict)
	h.withCodes(t, m)
	wantKind(t, h.dir.ResetCodes(ctx, h.people.Supervisor1, m.ID), fault.Forbidden)
	wantKind(t, h.dir.ResetCodes(ctx, admin, admin.ID), fault.Conflict)
	if err := h.dir.ResetCodes(ctx, admin, m.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.signIn(t, m.Username, "liuhen-demo", ""); err != nil {
		t.Errorf("after the reset: %v", err)
	}
	if h.lines("staff.code_reset", false) != 1 {
		t.Error("it is not on the trail")
	}
}

func TestRequiringCodes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, admin := t.Context(), h.people.Admin1
	h.MustExec(`UPDATE signin_policy SET code_required = role IN ('risk', 'manager')`)
	h.dir.EvictAll()
	for m, must := range map[*staff.Member]bool{h.people.Manager1: true, h.people.Admin1: false} {
		now, err := h.dir.Current(ctx, m.ID)
		if err != nil || now.MustSetCodes() != must {
			t.Errorf("%s must set codes: %v, %v", m.Name, now.MustSetCodes(), err)
		}
	}
	h.withCodes(t, h.people.Manager1)
	if now, err := h.dir.Current(ctx, h.people.Manager1.ID); err != nil || now.MustSetCodes() {
		t.Errorf("having set them, must still: %v", err)
	}
	roles, err := h.dir.SignInPolicy(ctx, admin)
	if err != nil || len(roles) != 6 || roles[0].Role != staff.Manager || !roles[0].Required || roles[0].People != 3 || roles[0].Set != 1 {
		t.Errorf("policy %+v, %v", roles, err)
	}
}

func TestAPasswordFromAnAdministratorMustBeChanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, admin, m := t.Context(), h.people.Admin1, h.people.Newbie
	if err := h.dir.ResetPassword(ctx, admin, m.ID, "told in person"); err != nil {
		t.Fatal(err)
	}
	in, err := h.signIn(t, m.Username, "told in person", "")
	if err != nil || !in.MustChangePassword {
		t.Fatalf("in %+v, %v", in, err)
	}
	for by, forged := range map[*staff.Member]string{
		m:     `UPDATE staff SET must_change_password = false WHERE username = 'newbie'`,
		admin: `UPDATE staff SET must_change_password = false WHERE username = 'newbie'`,
	} {
		err := h.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, forged)
			return err
		})
		if err == nil {
			t.Errorf("%s: %s is done", by.Username, forged)
		}
	}
	if err := h.dir.ChangePassword(ctx, in, "told in person", "my very own one"); err != nil {
		t.Fatal(err)
	}
	if in, err = h.signIn(t, m.Username, "my very own one", ""); err != nil || in.MustChangePassword {
		t.Errorf("after the change: %+v, %v", in, err)
	}
	added, err := h.dir.Add(ctx, admin, staff.NewMember{No: "5001", Username: "wang", Name: "王新", Role: staff.Manager, Branch: "101", Superior: "2001", Password: "a first password"})
	if err != nil || !added.MustChangePassword {
		t.Errorf("added %+v, %v", added, err)
	}
	byProgram, err := h.dir.Add(ctx, staff.Program(), staff.NewMember{No: "5002", Username: "li", Name: "李新", Role: staff.Admin, Branch: "000", Password: "a first password"})
	if err != nil || byProgram.MustChangePassword {
		t.Errorf("added at the prompt %+v, %v", byProgram, err)
	}
}
