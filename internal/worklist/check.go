package worklist

import (
	"fmt"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/pg"
)

// Weight is how much a check speaks against a request.
type Weight int

// The weights of a check.
const (
	Fine   Weight = iota // as it should be
	Notice               // worth a look
	Red                  // stands out: not approved in a batch, and only with a comment
)

// Check is one fact the system has verified about a request.
type Check struct {
	Weight Weight
	Text   string
	Note   string // the figure or date behind it
}

// facts are what checks are made of.
type facts struct {
	Manages        bool       `db:"manages"`
	ManagedSince   *time.Time `db:"managed_since"`
	SameBranch     bool       `db:"same_branch"`
	CustomerBranch string     `db:"customer_branch"`
	Week           int        `db:"-"`
	SubmittedAt    time.Time  `db:"-"`
}

// checks turns facts into what the approver reads.
func checks(f facts) []Check {
	return []Check{f.management(), f.branch(), f.frequency(), f.hours()}
}

func (f facts) management() Check {
	if !f.Manages {
		return Check{Weight: Notice, Text: "申请人不是这位客户的主办"}
	}
	c := Check{Text: "主办关系成立"}
	if f.ManagedSince != nil {
		c.Note = "自 " + f.ManagedSince.Format(time.DateOnly)
	}
	return c
}

func (f facts) branch() Check {
	if f.SameBranch {
		return Check{Text: "客户归属申请人所在机构", Note: f.CustomerBranch}
	}
	return Check{Weight: Notice, Text: "客户不归属申请人所在机构", Note: f.CustomerBranch}
}

func (f facts) frequency() Check {
	c := Check{Text: fmt.Sprintf("近 7 天第 %d 次申请这类信息", f.Week)}
	switch {
	case f.Week >= access.Often:
		c.Weight = Red
	case f.Week > 1:
		c.Weight = Notice
	}
	return c
}

// hours looks at the institution's clock: Monday to Friday, 8 to 19 o'clock.
func (f facts) hours() Check {
	at := f.SubmittedAt.In(pg.Zone())
	note := at.Format("01-02 15:04")
	workday := at.Weekday() != time.Saturday && at.Weekday() != time.Sunday
	if workday && at.Hour() >= 8 && at.Hour() < 19 {
		return Check{Text: "在上班时间提交", Note: note}
	}
	return Check{Weight: Notice, Text: "在上班时间以外提交", Note: note}
}
