package sourcing

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lib/pq"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Token is a key of the machine interface as a page shows it: never the secret.
type Token struct {
	ID        int64          `db:"id"`
	Prefix    string         `db:"prefix"`
	Scopes    pq.StringArray `db:"scopes"`
	Note      string         `db:"note"`
	CreatedBy string         `db:"created_by"`
	CreatedAt time.Time      `db:"created_at"`
	UsedAt    *time.Time     `db:"last_used_at"`
	RevokedAt *time.Time     `db:"revoked_at"`
	RevokedBy string         `db:"revoked_by"`
}

const tokensSQL = `
	SELECT
		t.id,
		t.prefix,
		t.scopes,
		t.note,
		c.name AS created_by,
		t.created_at,
		t.last_used_at,
		t.revoked_at,
		COALESCE(r.name, '') AS revoked_by
	FROM source_token AS t
	JOIN staff AS c ON c.id = t.created_by
	LEFT JOIN staff AS r ON r.id = t.revoked_by
	WHERE t.source_id = $1
	ORDER BY
		t.revoked_at DESC NULLS FIRST,
		t.id DESC
	LIMIT 20`

// TokenForm is what an administrator says of a new token.
type TokenForm struct {
	Scopes []string // resources it may write, see Resources
	Note   string
}

// IssueToken gives a source system a token, which is returned and never shown
// again. A system has at most two that live; a third is a Conflict.
func (in *Intake) IssueToken(ctx context.Context, by *staff.Member, code string, f TokenForm) (string, error) {
	if err := authz.Check(by, authz.ManageSources); err != nil {
		return "", err
	}
	var wrong fault.Fields
	f.Note = plain(f.Note)
	for _, scope := range f.Scopes {
		wrong.Require(slices.ContainsFunc(Resources(), func(r Resource) bool { return r.Name == scope }), "scope", "请从列表里选择可写入的数据。")
	}
	wrong.Require(len(f.Scopes) > 0, "scope", "请至少选择一类可写入的数据。")
	wrong.Require(utf8.RuneCountInString(f.Note) <= 100, "note", "用途不超过 100 个字。")
	if err := wrong.Err(); err != nil {
		return "", fmt.Errorf("issue token: %w", err)
	}
	prefix := "lh_" + strings.ToLower(rand.Text()[:8])
	secret := prefix + "_" + strings.ToLower(rand.Text()) + strings.ToLower(rand.Text()[:6])
	err := in.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		s, err := systemByCode(ctx, tx, code)
		if err != nil {
			return err
		}
		slots, sum := []int64{}, sha256.Sum256([]byte(secret))
		if err := tx.Select(ctx, &slots, `SELECT t.slot FROM source_token AS t WHERE t.source_id = $1 AND t.revoked_at IS NULL ORDER BY t.slot`, s.ID); err != nil {
			return err
		}
		if len(slots) == 2 {
			return tooManyTokens()
		}
		slot := int64(1)
		if slices.Contains(slots, 1) {
			slot = 2
		}
		const q = `
			INSERT INTO source_token (source_id, slot, prefix, hash, scopes, note, created_by)
			VALUES ($1::smallint, $2::smallint, $3, $4, $5, $6, $7)`
		if _, err := tx.Exec(ctx, q, s.ID, slot, prefix, sum[:], pq.Array(f.Scopes), f.Note, by.ID); err != nil {
			return pg.Constraints{"source_token_two_live_idx": tooManyTokens()}.Fault(err)
		}
		detail := fmt.Sprintf("%s（%s）的令牌 %s…，可写入：%s", s.Name, s.Code, prefix, strings.Join(ScopeLabels(f.Scopes), "、"))
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.TokenIssued, Detail: detail})
	})
	if err != nil {
		return "", fmt.Errorf("issue token: %w", err)
	}
	return secret, nil
}

func tooManyTokens() *fault.Error {
	const sentence = "一个来源最多同时有两个有效令牌。请先停用不再使用的那一个，再签发新的。"
	return fault.New(fault.Conflict, sentence)
}

// RevokeToken ends a token at once.
func (in *Intake) RevokeToken(ctx context.Context, by *staff.Member, code string, id int64) error {
	if err := authz.Check(by, authz.ManageSources); err != nil {
		return err
	}
	err := in.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		s, err := systemByCode(ctx, tx, code)
		if err != nil {
			return err
		}
		const q = `
			UPDATE source_token
			SET revoked_at = clock_timestamp(),
				revoked_by = $3
			WHERE id = $1
				AND source_id = $2
				AND revoked_at IS NULL
			RETURNING prefix`
		var prefix string
		if err := tx.Get(ctx, &prefix, q, id, s.ID, by.ID); err != nil {
			return pg.OrNotFound(err, "没有这个令牌，或它已经停用。")
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.TokenRevoked, Detail: fmt.Sprintf("%s（%s）的令牌 %s…", s.Name, s.Code, prefix)})
	})
	if err != nil {
		return fmt.Errorf("revoke token %d: %w", id, err)
	}
	return nil
}

// Caller is a source system that has proven itself with a token.
type Caller struct {
	TokenID    int64          `db:"id"`
	Prefix     string         `db:"prefix"`
	Scopes     pq.StringArray `db:"scopes"`
	SourceID   int64          `db:"source_id"`
	SourceCode string         `db:"code"`
	SourceName string         `db:"name"`
	Hash       []byte         `db:"hash"`
}

// tokenLength is the length of every token: prefix, underscore, 32 characters.
const tokenLength = 11 + 1 + 32

// Caller returns whose token it is and notes its use, at most once a minute.
// One that is unknown or has ended is Unauthenticated, without saying which.
func (in *Intake) Caller(ctx context.Context, token string) (*Caller, error) {
	unknown := fault.New(fault.Unauthenticated, "令牌无效或已停用。请在请求头 Authorization 里写 Bearer 和有效的令牌。")
	if len(token) != tokenLength || !utf8.ValidString(token) || strings.ContainsRune(token, 0) {
		return nil, unknown
	}
	var c Caller
	err := in.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		const q = `
			SELECT
				t.id,
				t.prefix,
				t.scopes,
				t.source_id,
				s.code,
				s.name,
				t.hash
			FROM source_token AS t
			JOIN source_system AS s ON s.id = t.source_id
			WHERE t.prefix = $1
				AND t.revoked_at IS NULL`
		if err := tx.Get(ctx, &c, q, token[:11]); err != nil {
			return err
		}
		if sum := sha256.Sum256([]byte(token)); subtle.ConstantTimeCompare(sum[:], c.Hash) != 1 {
			return unknown
		}
		const used = `
			UPDATE source_token
			SET last_used_at = clock_timestamp()
			WHERE id = $1
				AND revoked_at IS NULL
				AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')`
		_, err := tx.Exec(ctx, used, c.TokenID)
		return err
	})
	if pg.IsNoRows(err) {
		return nil, unknown
	}
	if err != nil {
		return nil, fmt.Errorf("prove a token: %w", err)
	}
	return &c, nil
}
