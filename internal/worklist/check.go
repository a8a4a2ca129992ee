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
	access.Circumstances `db:"-"`
	access.Marks         `db:"-"`
	ManagedSince         *time.Time `db:"managed_since"`
	CustomerBranch       string     `db:"customer_branch"`
}

// checks turns facts into what the approver reads. Red is what the policy in
// force marks red (access.Marks.Of).
func checks(f facts) []Check {
	return []Check{f.management(), f.branch(), f.frequency(), f.files(), f.hours()}
}

// weight is Red if the policy marks it, and Notice if not.
func weight(marked bool) Weight {
	if marked {
		return Red
	}
	return Notice
}

func (f facts) management() Check {
	if f.Relation != access.Managing {
		c := Check{Weight: Notice, Text: "申请人不是这位客户的主办", Note: f.Relation.Label()}
		c.Weight = weight(f.Unserved && f.Relation != access.SameHome)
		return c
	}
	c := Check{Text: "主办关系成立"}
	if f.ManagedSince != nil {
		c.Note = "自 " + f.ManagedSince.Format(time.DateOnly)
	}
	return c
}

func (f facts) branch() Check {
	if f.InBranch {
		return Check{Text: "客户归属申请人所在机构", Note: f.CustomerBranch}
	}
	return Check{Weight: weight(f.Outside), Text: "客户不归属申请人所在机构", Note: f.CustomerBranch}
}

func (f facts) frequency() Check {
	c := Check{Text: fmt.Sprintf("近 7 天第 %d 次申请这类信息", f.Week)}
	if f.Week > 1 {
		c.Weight = weight(f.Often > 0 && f.Week >= f.Often)
	}
	return c
}

func (f facts) files() Check {
	c := Check{Text: fmt.Sprintf("一天内申请调阅第 %d 位客户", f.FilesADay)}
	if f.Files > 0 && f.FilesADay >= f.Files {
		c.Weight = Red
	}
	return c
}

func (f facts) hours() Check {
	note := f.SubmittedAt.In(pg.Zone()).Format("01-02 15:04")
	switch {
	case f.Quiet(f.SubmittedAt):
		return Check{Weight: Red, Text: "在异常时间提交", Note: note}
	case f.AtWork(f.SubmittedAt):
		return Check{Text: "在上班时间提交", Note: note}
	default:
		return Check{Weight: Notice, Text: "在上班时间以外提交", Note: note}
	}
}
