package staff

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/text/unicode/norm"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/trail"
)

// noPassword is a hash that no password fits. It is verified when there is no
// such account, so that the answer takes as long as for one that exists.
const noPassword = "$argon2id$v=19$m=19456,t=2,p=1$bm8gc3VjaCBhY2NvdW50IQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// Credentials are what somebody signs in with.
type Credentials struct {
	Username string // or the staff number, in any case and width
	Password string
	Address  string // the client's IP address; one that is not is taken as unknown
}

// account is what is known of who wants in.
type account struct {
	Member
	Hash string `db:"password_hash"`
	key  string // what failures are counted under
}

// SignIn returns the person whom the credentials belong to and records the
// sign-in. It returns an Unauthenticated fault, the same for an unknown name
// and a wrong password, and one caused by *CodeWanted if the password was right
// and SignInCode must finish; a Forbidden one for a disabled person who knows the
// password; a Throttled one, caused by *Paused, after too many failures of the
// account or the address; an Invalid one for an empty field. Each judged try is
// on the trail and counts; tries during a pause are neither.
func (d *Directory) SignIn(ctx context.Context, c Credentials) (*Member, error) {
	c.Username, c.Address = typedName(c.Username), cleanAddress(c.Address)
	var f fault.Fields
	f.Require(c.Username != "", "username", "请填写工号。")
	f.Require(c.Password != "", "password", "请填写密码。")
	if err := f.Err(); err != nil {
		return nil, err
	}
	who, err := d.lookUp(ctx, c.Username, c.Address)
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	right, err := d.verify(ctx, who.Hash, c.Password)
	if err != nil {
		return nil, fmt.Errorf("sign in %d: %w", who.ID, err)
	}
	if err := d.judge(ctx, who, right, c.Address); err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	who.Member.Address = c.Address
	d.Evict(who.ID)
	return &who.Member, nil
}

// judge records a try whose password was compared and returns the fault of one
// that is refused. Tries at one account are judged one after the other, and the
// pause is looked at again, so that tries sent at once get no more guesses than
// tries in a row. A right password that a code must follow is no success yet: it
// does not end the row of failures, or every guess at the code would be the first.
func (d *Directory) judge(ctx context.Context, who account, right bool, address string) error {
	ok := right && who.ID != 0 && who.Active()
	actor := pg.Nobody
	if ok {
		actor = who.Actor()
	}
	var refusal error
	err := d.db.InTx(ctx, actor, func(tx *pg.Tx) error {
		if err := who.stillOpen(ctx, tx, address); err != nil {
			return err
		}
		if ok && who.CodeSince != nil {
			refusal = fault.Wrap(fault.Unauthenticated, "请输入动态码。", &CodeWanted{StaffID: who.ID, Mark: who.mark()})
			return trail.Write(ctx, tx, who.Member.from(address), trail.Entry{Action: trail.CodeAsked})
		}
		if err := keepAttempt(ctx, tx, who.key, address, ok); err != nil {
			return err
		}
		if ok {
			return trail.Write(ctx, tx, who.Member.from(address), trail.Entry{Action: trail.SignedIn})
		}
		var detail string
		refusal, detail = who.refusal(right)
		return trail.Write(ctx, tx, trail.Who{Address: address},
			trail.Entry{Action: trail.SignInRefused, Refused: true, Detail: detail})
	})
	if err != nil {
		return err
	}
	return refusal
}

// from returns the member as the trail names somebody at an address.
func (m Member) from(address string) trail.Who {
	m.Address = address
	return m.Who()
}

// lookUp finds the account that a name means and refuses one that is paused.
func (d *Directory) lookUp(ctx context.Context, name, address string) (who account, err error) {
	err = d.db.Read(ctx, pg.Nobody, func(tx *pg.Tx) (err error) {
		if who, err = findAccount(ctx, tx, name); err != nil {
			return err
		}
		return refuseWhilePaused(ctx, tx, who.key, address)
	})
	return who, err
}

// stillOpen waits for the tries before this one at the same account, and refuses
// if they have paused it.
func (a account) stillOpen(ctx context.Context, tx *pg.Tx, address string) error {
	if err := oneAtATime(ctx, tx, "signin:"+a.key); err != nil {
		return err
	}
	return refuseWhilePaused(ctx, tx, a.key, address)
}

// refusal returns the fault of a refused try, and what the trail says of it. It
// never repeats an unknown name: people type their password there.
func (a account) refusal(right bool) (refusal *fault.Error, detail string) {
	switch {
	case a.ID == 0:
		detail = "没有这个账号"
	case !right:
		detail = fmt.Sprintf("%s（%s）：密码不对", a.Name, a.No)
	default:
		return fault.New(fault.Forbidden, "您的账号已停用。如有疑问，请联系管理员。"),
			fmt.Sprintf("%s（%s）：账号已停用", a.Name, a.No)
	}
	return fault.New(fault.Unauthenticated, "工号或密码不对。"), detail
}

// findAccount returns the account with the username or number, and one with id
// zero that no password fits if there is none.
func findAccount(ctx context.Context, tx *pg.Tx, name string) (account, error) {
	const q = `
		SELECT` + memberColumns + `,
			s.password_hash
		FROM staff AS s
		JOIN branch AS b ON b.id = s.branch_id
		WHERE s.username = $1
			OR s.no = $1`
	var a account
	err := tx.Get(ctx, &a, q, name)
	if pg.IsNoRows(err) {
		sum := sha256.Sum256([]byte(name))
		return account{Hash: noPassword, key: "?" + hex.EncodeToString(sum[:12])}, nil
	}
	a.key = a.Username
	return a, err
}

// SignOut records that by leaves. The web ends the session.
func (d *Directory) SignOut(ctx context.Context, by *Member) error {
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.SignedOut})
	})
	if err != nil {
		return fmt.Errorf("sign out %d: %w", by.ID, err)
	}
	return nil
}

// typedName returns a username or number as it is stored: narrow, lower-case,
// without the characters that PostgreSQL cannot take.
func typedName(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "?")
	s = strings.ToLower(strings.TrimSpace(norm.NFKC.String(s)))
	if r := []rune(s); len(r) > 100 {
		return string(r[:100])
	}
	return s
}

// cleanAddress returns s as PostgreSQL takes an address, or nothing if it is none.
func cleanAddress(s string) string {
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return ""
	}
	return addr.Unmap().WithZone("").String()
}
