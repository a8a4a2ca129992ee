package homeview

import (
	"context"
	"io"
	"time"

	"github.com/a-h/templ"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/href"
	"liuhen/internal/sourcing"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
	"liuhen/internal/worklist"
	"liuhen/views/layout"
	"liuhen/views/ui"
)

// Gallery shows the workbench of each role, and what is there on the first day.
func Gallery() []ui.Specimen {
	now := ui.SpecimenTime()
	return []ui.Specimen{
		specimen("home-manager", "客户经理", true, Page{Name: "甲一", Home: worklist.Home{Now: now, Manager: specimenManager()}}),
		specimen("home-manager-new", "客户经理", true, Page{Name: "乙二", Home: worklist.Home{Now: now, Manager: &worklist.ManagerHome{}}}),
		specimen("home-supervisor", "主管", true, Page{Name: "丙三", Home: worklist.Home{Now: now, Supervisor: specimenSupervisor()}}),
		specimen("home-supervisor-new", "主管", true, Page{Name: "丙三", Home: worklist.Home{Now: now, Supervisor: &worklist.SupervisorHome{}}}),
		specimen("home-risk", "风控", true, Page{Name: "丁四", Home: worklist.Home{Now: now, Oversight: specimenOversight()}}),
		specimen("home-compliance", "合规", true, Page{Name: "戊五", Trail: true, Imports: true, Sources: specimenSources(), Home: worklist.Home{Now: now, Oversight: specimenOversight()}}),
		specimen("home-admin", "管理员", false, Page{Name: "己六", Imports: true, Sources: specimenSources(), Home: worklist.Home{Now: now, Admin: specimenAdmin()}}),
		specimen("home-auditor", "审计", false, Page{Name: "庚七", Trail: true, Home: worklist.Home{Now: now, Auditor: specimenAuditor()}}),
		specimen("home-auditor-new", "审计", false, Page{Name: "庚七", Trail: true, Home: worklist.Home{Now: now, Auditor: &worklist.AuditorHome{}}}),
	}
}

// specimen is a whole page as the role sees it.
func specimen(name, role string, search bool, p Page) ui.Specimen {
	f := layout.SpecimenFrame("工作台")
	f.Viewer.Name, f.Viewer.RoleLabel, f.Search = p.Name, role, search
	f.Nav = []layout.NavItem{{Label: "工作台", Icon: "home", URL: href.Home(), Current: true}}
	if search {
		f.Nav = append(f.Nav, layout.NavItem{Label: "客户", Icon: "people", URL: href.Customers()})
	}
	page := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return layout.Page(f).Render(templ.WithChildren(ctx, Workbench(p)), w)
	})
	return ui.Specimen{Name: name, Page: true, Component: page}
}

func ago(d time.Duration) time.Time { return ui.SpecimenTime().Add(-d) }

func small(n int16) *int16 { return &n }

func past(days int) *time.Time {
	t := ago(time.Duration(days) * 24 * time.Hour)
	return &t
}

func specimenSources() []sourcing.System {
	now := ui.SpecimenTime()
	return []sourcing.System{
		{Code: "core", Name: "核心系统", LagHours: 36, Now: now, Blocks: []sourcing.Fresh{{Block: "transactions", SyncedAt: ago(5 * time.Hour)}}},
		{Code: "funds", Name: "基金系统", LagHours: 36, Now: now, Blocks: []sourcing.Fresh{{Block: "basic", SyncedAt: ago(20 * time.Minute)}, {Block: "assets", SyncedAt: ago(75 * time.Hour), Late: true}}},
		{Code: "crm", Name: "客户关系系统", LagHours: 24, Now: now},
		{Code: "calls", Name: "电访系统", Now: now, Blocks: []sourcing.Fresh{{Block: "consultation", SyncedAt: ago(900 * time.Hour)}}},
	}
}

func specimenManager() *worklist.ManagerHome {
	return &worklist.ManagerHome{
		Figures: worklist.ManagerFigures{Customers: 286, Quiet: 12, Never: 3, Expiring: 9},
		Grants: worklist.Grants{Count: 2, People: 1, List: []worklist.LiveGrant{
			{ID: 1, CustomerNo: "90000001", CustomerName: "甲明远", Group: access.Assets, Purpose: access.Service, ApprovedBy: "丙三", Until: ago(-24*time.Minute - 8*time.Second)},
			{ID: 2, CustomerNo: "90000002", CustomerName: "乙思齐", Group: access.Transactions, Purpose: access.Reconciliation, ApprovedBy: "丙三", Until: ago(-108 * time.Minute)},
		}},
		Requests: []worklist.OwnRequest{
			{ID: 17, State: approval.Returned, CustomerNo: "90000003", CustomerName: "丙文博", Groups: []access.Group{access.Assets}, With: "丙三", Since: ago(3 * time.Hour)},
			{ID: 18, State: approval.Pending, CustomerNo: "90000004", CustomerName: "丁静姝", Groups: []access.Group{access.Contact, access.Transactions}, With: "丙三", Since: ago(18 * time.Minute)},
		},
		Quiet: []worklist.QuietCustomer{
			{No: "90000005", Name: "戊亦凡", Grade: small(4), AssetBand: small(6)},
			{No: "90000006", Name: "己繁星", Grade: small(3), AssetBand: small(5), LastContactAt: past(164)},
			{No: "90000007", Name: "庚晚晴", Grade: small(2), AssetBand: small(4), LastContactAt: past(121)},
			{No: "90000008", Name: "辛承泽", AssetBand: small(4), LastContactAt: past(97)},
			{No: "90000009", Name: "壬兰亭", Grade: small(3), LastContactAt: past(92)},
		},
		Expiring: []worklist.ExpiringGrade{
			{No: "90000001", Name: "甲明远", Grade: small(3), Until: ago(0), Days: 0},
			{No: "90000010", Name: "癸立诚", Grade: small(2), Until: ago(-5 * 24 * time.Hour), Days: 5},
			{No: "90000011", Name: "甲知夏", Grade: small(5), Until: ago(-21 * 24 * time.Hour), Days: 21},
		},
		Viewed: []worklist.ViewedFile{
			{No: "90000001", Name: "甲明远", At: ago(6 * time.Minute)},
			{No: "90000004", Name: "丁静姝", At: ago(22 * time.Minute)},
			{No: "90000007", Name: "庚晚晴", At: ago(20 * time.Hour)},
		},
	}
}

func specimenGrants() worklist.Grants {
	return worklist.Grants{Count: 3, People: 2, List: []worklist.LiveGrant{
		{ID: 1, StaffNo: "90001", StaffName: "甲一", Branch: "滨江支行", CustomerNo: "90000001", CustomerName: "甲明远", Group: access.Assets, Purpose: access.Service, ApprovedBy: "丙三", Until: ago(-24 * time.Minute)},
		{ID: 2, StaffNo: "90001", StaffName: "甲一", Branch: "滨江支行", CustomerNo: "90000002", CustomerName: "乙思齐", Group: access.Transactions, Purpose: access.Reconciliation, ApprovedBy: "丙三", Until: ago(-108 * time.Minute)},
		{ID: 3, StaffNo: "90002", StaffName: "乙二", Branch: "滨江支行", Group: access.Contact, Purpose: access.Complaint, ApprovedBy: "丙三", Until: ago(-3 * time.Hour)},
	}}
}

func specimenRefusals() worklist.Refusals {
	return worklist.Refusals{Count: 14, List: []worklist.Refusal{
		{ID: 4, At: ago(40 * time.Minute), StaffNo: "90002", StaffName: "乙二", Action: trail.FileViewed},
		{ID: 3, At: ago(26 * time.Hour), StaffNo: "90001", StaffName: "甲一", Action: trail.PageRefused, Page: "GET /trail"},
		{ID: 2, At: ago(50 * time.Hour), Action: trail.SignInRefused},
	}}
}

func specimenSupervisor() *worklist.SupervisorHome {
	return &worklist.SupervisorHome{
		Customers: 1648,
		Waiting: worklist.Waiting{Count: 3, List: []worklist.WaitingStep{
			{ApprovalID: 21, Requester: "乙二", CustomerName: "丙文博", Groups: []access.Group{access.Assets}, Purpose: access.Service, Since: ago(64 * time.Minute)},
			{ApprovalID: 22, Requester: "甲一", CustomerName: "丁静姝", Groups: []access.Group{access.Contact, access.Transactions}, Purpose: access.Reconciliation, Since: ago(18 * time.Minute)},
			{ApprovalID: 23, Requester: "甲一", CustomerName: "戊亦凡", Groups: []access.Group{access.Identity}, Purpose: access.Suitability, Since: ago(20 * time.Second)},
		}},
		Grants:    specimenGrants(),
		Refusals:  specimenRefusals(),
		Decisions: worklist.Decisions{Count: 41, CountBefore: 36, Median: 6.2, MedianBefore: 11.4},
	}
}

func specimenOversight() *worklist.OversightHome {
	home := &worklist.OversightHome{
		Waiting: 2,
		Revealed: []worklist.GroupSeen{
			{Group: access.Contact, Count: 12, People: 6},
			{Group: access.Identity},
			{Group: access.Assets, Count: 31, People: 11},
			{Group: access.Transactions, Count: 8, People: 4},
		},
		Reveals:  44,
		Grants:   specimenGrants(),
		Refusals: specimenRefusals(),
	}
	for i, n := range []int{18, 22, 19, 25, 21, 3, 0, 24, 28, 26, 31, 27, 4, 13} {
		home.Days = append(home.Days, worklist.DayCount{Day: ago(time.Duration(13-i) * 24 * time.Hour), Count: n})
	}
	return home
}

func specimenAdmin() *worklist.AdminHome {
	return &worklist.AdminHome{
		Stuck: []worklist.Stuck{{Kind: approval.BreakGlass, Count: 2, Since: ago(26 * time.Hour)}},
		Roles: []worklist.RolePeople{
			{Role: staff.Manager, Active: 46, Disabled: 3}, {Role: staff.Supervisor, Active: 8},
			{Role: staff.Risk, Active: 3}, {Role: staff.Compliance, Active: 2, Disabled: 1},
			{Role: staff.Admin, Active: 2}, {Role: staff.Auditor, Active: 1},
		},
		Sessions: worklist.Sessions{Open: 34, People: 31},
		Running:  1,
		Imports: []worklist.ImportRow{
			{ID: 9, FileName: "trans.csv.gz", Source: "核心系统", State: "running", Rows: 412000, By: "己六", At: ago(4 * time.Minute)},
			{ID: 8, FileName: "account.csv", Source: "核心系统", State: "done", Rows: 4500, Rejected: 12, By: "己六", At: ago(time.Hour)},
			{ID: 7, FileName: "loan.csv", Source: "信贷系统", State: "done", DryRun: true, Rows: 682, By: "己六", At: ago(2 * time.Hour)},
			{ID: 6, FileName: "card.csv", Source: "卡系统", State: "failed", By: "己六", At: ago(26 * time.Hour)},
			{ID: 5, FileName: "order.csv", Source: "核心系统", State: "cancelled", Rows: 1200, By: "己六", At: ago(27 * time.Hour)},
		},
	}
}

func specimenAuditor() *worklist.AuditorHome {
	return &worklist.AuditorHome{
		Lines: 1297, Refused: 14, People: 48,
		Acts: []worklist.ActCount{
			{Action: trail.FileViewed, Count: 612, Refused: 5}, {Action: trail.ListViewed, Count: 498},
			{Action: trail.SignedIn, Count: 61}, {Action: trail.GroupRevealed, Count: 44},
			{Action: trail.AccessRequested, Count: 39}, {Action: trail.ApprovalDecided, Count: 34},
			{Action: trail.SignInRefused, Count: 6, Refused: 6}, {Action: trail.PageRefused, Count: 3, Refused: 3},
		},
	}
}
