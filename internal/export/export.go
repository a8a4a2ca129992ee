// Package export lets customer data leave the portal in a file: somebody asks
// for the customer list as it is filtered, the superior and then compliance
// agree, and for a day the requester fetches it, three times at most.
//
// A file is made when it is fetched, in the requester's name and under row-level
// security, so a closed column holds values only where a live grant covers them.
// It is marked with who, when and under which approval, and sealed: the hash of
// its bytes is kept, the bytes are not.
package export

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/figure"
	"liuhen/internal/sheet"
)

// The limits of an export, which the database holds too.
const (
	MaxRows      = 10_000
	MaxFiles     = 3
	MaxCustomers = 20 // whose files one export holds
	Lasts        = 24 * time.Hour
)

// Groups lists the closed groups that have columns in a list.
func Groups() []customer.Group {
	return []customer.Group{customer.ContactGroup, customer.IdentityGroup, customer.AssetsGroup}
}

// Ask is what somebody wants in a file.
type Ask struct {
	Query customer.Query // its place in the list does not matter
	// Customers are the numbers of those whose files are wanted, with all of
	// Groups in them; empty for the list of Query.
	Customers []string
	Groups    []customer.Group
	Format    sheet.Format
	Purpose   access.Purpose
	Reason    string
}

// Offered lists the closed groups that may be asked for.
func (a Ask) Offered() []customer.Group {
	if len(a.Customers) > 0 {
		return customer.Groups()
	}
	return Groups()
}

// checked returns the ask with its groups in order and its reason trimmed, or an
// Invalid fault on the fields group, format, purpose and reason.
func (a Ask) checked() (Ask, error) {
	var f fault.Fields
	for _, g := range a.Groups {
		f.Require(slices.Contains(a.Offered(), g), "group", "没有这个信息分组。")
	}
	f.Require(len(a.Customers) == 0 || len(a.Groups) > 0, "group", "请选择要导出的信息分组。")
	f.Require(a.Format.Known(), "format", "请选择文件格式。")
	f.Require(a.Purpose.Known(), "purpose", "请选择用途。")
	if wrong := access.ReasonFault(a.Reason, ""); wrong != "" {
		f.Add("reason", wrong)
	}
	var groups []customer.Group
	for _, g := range a.Offered() {
		if slices.Contains(a.Groups, g) {
			groups = append(groups, g)
		}
	}
	a.Groups, a.Reason = groups, strings.TrimSpace(a.Reason)
	a.Query.After, a.Query.Before = "", ""
	a.Customers = once(a.Customers)
	return a, f.Err()
}

// once returns the numbers in order, each once.
func once(nos []string) []string { return slices.Compact(slices.Sorted(slices.Values(nos))) }

// Request is an export with how it stands.
type Request struct {
	ApprovalID  int64          `db:"approval_id"`
	StaffID     int64          `db:"staff_id"`
	StaffNo     string         `db:"staff_no"`
	StaffName   string         `db:"staff_name"`
	Title       string         `db:"title"`
	State       approval.State `db:"state"`
	SubmittedAt time.Time      `db:"submitted_at"`
	ClosedAt    *time.Time     `db:"closed_at"`
	GroupWords  pq.StringArray `db:"groups"`
	Format      sheet.Format   `db:"format"`
	Purpose     access.Purpose `db:"purpose"`
	Reason      string         `db:"reason"`
	Found       int            `db:"found"`
	Filed       bool           `db:"filed"`    // customers' files, not a list
	By          string         `db:"approver"` // who decides, or decided last
	Comment     string         `db:"comment"`
	Ready       bool           `db:"ready"` // may be fetched now
	Files       []File         `db:"-"`     // made so far, oldest first
}

// Until is when an approved export can no longer be fetched.
func (r Request) Until() time.Time {
	if r.ClosedAt == nil {
		return time.Time{}
	}
	return r.ClosedAt.Add(Lasts)
}

// Left is how many more times it may be fetched.
func (r Request) Left() int { return max(0, MaxFiles-len(r.Files)) }

// Counted tells how much a file of the export holds.
func (r Request) Counted(rows int) string {
	if r.Filed {
		return fmt.Sprintf("%s 位客户的档案，%s 行", figure.Number(r.Found), figure.Number(rows))
	}
	return figure.Number(rows) + " 位客户"
}

// Groups returns the closed groups that have columns.
func (r Request) Groups() []access.Group {
	list := make([]access.Group, len(r.GroupWords))
	for i, w := range r.GroupWords {
		list[i] = access.Group(w)
	}
	return list
}

// File is one file that was made.
type File struct {
	ID         int64     `db:"id"`
	ApprovalID int64     `db:"approval_id"`
	SHA256     string    `db:"sha256"`
	Rows       int       `db:"rows"`
	Bytes      int64     `db:"bytes"`
	MadeAt     time.Time `db:"made_at"`
}
