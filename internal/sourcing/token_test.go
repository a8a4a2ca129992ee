package sourcing

import (
	"context"
	"strings"
	"testing"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

func TestTokensAreIssuedTwiceRotatedAndRevoked(t *testing.T) {
	t.Parallel()
	w, people := staffed(t)
	ctx := context.Background()
	if err := w.AddSystem(ctx, people.Admin1, SystemForm{Code: "core", Name: "核心系统"}); err != nil {
		t.Fatal(err)
	}
	issue := func() string {
		t.Helper()
		secret, err := w.IssueToken(ctx, people.Admin1, "core", TokenForm{Scopes: []string{"customers"}, Note: "夜间"})
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
	first, second := issue(), issue()
	if _, err := w.IssueToken(ctx, people.Admin1, "core", TokenForm{Scopes: []string{"customers"}}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a third token: %v", err)
	}
	for _, secret := range []string{first, second} {
		c, err := w.Caller(ctx, secret)
		if err != nil || c.SourceCode != "core" || len(secret) != tokenLength {
			t.Errorf("%d characters: %+v %v", len(secret), c, err)
		}
	}
	for _, wrong := range []string{"", first[:12] + second[12:], first + "x", strings.ToUpper(first), first[:tokenLength-1] + "\x00"} {
		if _, err := w.Caller(ctx, wrong); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	report, err := w.System(ctx, people.Admin1, "core")
	if err != nil || len(report.Issued) != 2 || report.Issued[0].UsedAt == nil || report.Tokens != 2 {
		t.Fatalf("%+v %v", report, err)
	}
	if err := w.RevokeToken(ctx, people.Admin1, "core", report.Issued[1].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Caller(ctx, first); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("a revoked token: %v", err)
	}
	if err := w.RevokeToken(ctx, people.Admin1, "core", report.Issued[1].ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("revoked twice: %v", err)
	}
	issue()
	if n := w.db.QueryInt(`SELECT count(*) FROM trail WHERE action IN ('source.token_issued', 'source.token_revoked') AND detail NOT LIKE '%' || $1 || '%'`, second[12:]); n != 4 {
		t.Errorf("%d lines on the trail, want 4 without the secret", n)
	}
}

func TestTokensAreNotForged(t *testing.T) {
	t.Parallel()
	w, people := staffed(t)
	ctx := context.Background()
	if err := w.AddSystem(ctx, people.Admin1, SystemForm{Code: "core", Name: "核心系统"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.IssueToken(ctx, people.Admin1, "core", TokenForm{Scopes: []string{"customers"}}); err != nil {
		t.Fatal(err)
	}
	const issue = `INSERT INTO source_token (source_id, slot, prefix, hash, scopes, created_by) SELECT source_id, 2, 'lh_aaaaaaaa', hash, scopes, `
	for _, attack := range []string{
		issue + `acting_staff() FROM source_token`,
		issue + `created_by FROM source_token`,
		`UPDATE source_token SET scopes = ARRAY['transactions']`,
		`UPDATE source_token SET hash = sha256('x')`,
		`UPDATE source_token SET last_used_at = now()`,
		`UPDATE source_token SET revoked_at = now(), revoked_by = acting_staff()`,
		`DELETE FROM source_token`,
		`UPDATE api_answer SET answer = ''`,
	} {
		refusedTo(t, w.db, people.Manager1, attack)
		if !strings.Contains(attack, "revoked_by = acting_staff()") && !strings.HasPrefix(attack, issue) {
			refusedTo(t, w.db, people.Admin1, attack)
		}
	}
	if _, err := w.IssueToken(ctx, people.Admin1, "core", TokenForm{Scopes: []string{"staff"}}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an unknown scope: %v", err)
	}
}

func TestAnswersAreForgottenAfterThirtyDays(t *testing.T) {
	t.Parallel()
	w, people := sourced(t)
	ctx := context.Background()
	by := &Caller{Scopes: []string{"customers"}, SourceID: w.db.QueryInt(`SELECT id FROM source_system WHERE code = 'crm'`), SourceCode: "crm", SourceName: "x"}
	send := func() Answer {
		t.Helper()
		a, err := w.Take(ctx, by, Batch{Resource: "customers", Key: "nightly-0001", Body: []byte(`{"items":[{"id":"A1","name":"何川"}]}`)})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if send().Replayed || !send().Replayed {
		t.Fatal("the second answer is not the first")
	}
	w.db.Advance(29 * 24 * time.Hour)
	if err := w.expire(ctx); err != nil {
		t.Fatal(err)
	}
	for _, actor := range []pg.Actor{pg.System, people.Admin1.Actor()} {
		err := w.db.InTx(ctx, actor, func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM api_answer`)
			return err
		})
		if err == nil {
			t.Error("an answer is forgotten before its time")
		}
	}
	w.db.Advance(48 * time.Hour)
	if err := w.expire(ctx); err != nil {
		t.Fatal(err)
	}
	if a := send(); a.Replayed || !strings.Contains(string(a.Body), `"unchanged":1`) {
		t.Errorf("after thirty days: %+v", string(a.Body))
	}
}
