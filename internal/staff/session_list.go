package staff

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/trail"
)

// Keys under which a session's data hold how it began, for the lists of sessions.
const (
	SessionHandle  = "handle"  // int64, from NewHandle
	SessionAddress = "address" // string, the client's IP address
	SessionAgent   = "agent"   // string, the browser's own name
)

// NewHandle returns a random name for a session, which is no way into it.
func NewHandle() int64 {
	var b [8]byte
	rand.Read(b[:])
	return int64(binary.BigEndian.Uint64(b[:]) >> 2)
}

// OpenSession is a session that has not ended, as its person and administrators
// see it.
type OpenSession struct {
	Handle  int64     `db:"handle"` // 0 for one that can only be ended with all others
	BeganAt time.Time `db:"began_at"`
	SeenAt  time.Time `db:"seen_at"` // the last request, to the minute
	Address string    `db:"address"`
	Agent   string    `db:"agent"`
}

// Browser says in a few words what the session runs in.
func (s OpenSession) Browser() string { return browserOf(s.Agent) }

// browserOf reads the name that a browser gives itself.
func browserOf(agent string) string {
	first := func(of [][2]string) string {
		for _, one := range of {
			if strings.Contains(agent, one[0]) {
				return one[1]
			}
		}
		return ""
	}
	browser := first([][2]string{
		{"wxwork", "企业微信"}, {"MicroMessenger", "微信"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"},
		{"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"Go-http-client", "程序"},
	})
	system := first([][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "安卓"}, {"HarmonyOS", "鸿蒙"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"Linux", "Linux"},
	})
	switch {
	case browser == "" && system == "":
		return "未知浏览器"
	case browser == "" || system == "":
		return browser + system
	default:
		return browser + "，" + system
	}
}

// maySee holds the sessions of a person back from everybody but the person and
// administrators.
func maySee(by *Member, person int64) error {
	if by != nil && by.ID == person && by.Active() {
		return nil
	}
	return mayManage(by)
}

// Of returns the sessions of a person that have not ended, the last used first:
// the own ones to everybody, anybody's to an administrator.
func (s *Sessions) Of(ctx context.Context, by *Member, person int64) ([]OpenSession, error) {
	if err := maySee(by, person); err != nil {
		return nil, fmt.Errorf("sessions of %d: %w", person, err)
	}
	const q = `
		SELECT
			COALESCE(x.handle, 0) AS handle,
			x.began_at,
			x.seen_at,
			COALESCE(host(x.address), '') AS address,
			x.agent
		FROM session AS x
		WHERE x.staff_id = $1
			AND x.expires_at > now()
			AND x.seen_at > now() - make_interval(secs => $2)
		ORDER BY
			x.seen_at DESC,
			x.token`
	var list []OpenSession
	err := s.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		return tx.Select(ctx, &list, q, person, SessionIdle.Seconds())
	})
	if err != nil {
		return nil, fmt.Errorf("sessions of %d: %w", person, err)
	}
	for i := range list {
		list[i].BeganAt, list[i].SeenAt = list[i].BeganAt.In(pg.Zone()), list[i].SeenAt.In(pg.Zone())
	}
	return list, nil
}

// End ends one session of a person, in every process. One that has ended, or is
// somebody else's, is NotFound.
func (s *Sessions) End(ctx context.Context, by *Member, person, handle int64) error {
	n, err := s.end(ctx, by, person, `
			AND handle = $2`, handle)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "这个登录已经结束。")
	}
	if err != nil {
		return fmt.Errorf("end session of %d: %w", person, err)
	}
	return nil
}

// EndOthers ends every session of a person but the one named keep, 0 for none to
// be kept, and returns how many.
func (s *Sessions) EndOthers(ctx context.Context, by *Member, person, keep int64) (int, error) {
	n, err := s.end(ctx, by, person, `
			AND handle IS DISTINCT FROM $2`, keep)
	if err != nil {
		return 0, fmt.Errorf("end sessions of %d: %w", person, err)
	}
	return n, nil
}

// end ends the sessions that which chooses. Writing nothing of what a session
// held leaves no way back into it.
func (s *Sessions) end(ctx context.Context, by *Member, person int64, which string, handle int64) (n int, err error) {
	if err := maySee(by, person); err != nil {
		return 0, err
	}
	q := `
		UPDATE session
		SET expires_at = now(),
			data = ''
		WHERE staff_id = $1
			AND expires_at > now()` + which + `
		RETURNING token`
	var tokens []string
	err = s.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		tokens = nil
		m, err := member(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := tx.Select(ctx, &tokens, q, person, handle); err != nil || len(tokens) == 0 {
			return err
		}
		for _, token := range tokens {
			if err := tx.Notify(ctx, "session", token); err != nil {
				return err
			}
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.SessionEnded, Detail: fmt.Sprintf("结束%s（%s）的 %d 个登录", m.Name, m.No, len(tokens)),
		})
	})
	for _, token := range tokens {
		s.Evict(token)
	}
	return len(tokens), err
}
