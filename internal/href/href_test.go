package href_test

import (
	"testing"
	"time"

	"liuhen/internal/href"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	tests := []struct{ got, want string }{
		{href.Home(), "/"},
		{href.Login(), "/login"},
		{href.Login(href.Next("/customers/1?x=1&y=2")), "/login?next=%2Fcustomers%2F1%3Fx%3D1%26y%3D2"},
		{href.Logout(), "/logout"},
		{href.Static("portal.css"), "/static/portal.css"},
		{href.Live(1764000000), "/live?since=1764000000"},
		{href.Why("A-12"), "/why/A-12"},
		{href.Health(), "/healthz"},
		{href.Ready(), "/readyz"},
		{href.Metrics(), "/metrics"},
		{href.Customers(), "/customers"},
		{href.CustomerSearch(href.Text("q", "gmy")), "/customers/search?q=gmy"},
		{href.Customer("10004827"), "/customers/10004827"},
		{href.Customer("a/b?c#d"), "/customers/a%2Fb%3Fc%23d"},
		{href.CustomerSection("10004827", "assets"), "/customers/10004827/sections/assets"},
		{href.CustomerRequests("10004827"), "/customers/10004827/requests"},
		{href.CustomerBreakGlass("10004827"), "/customers/10004827/break-glass"},
		{href.CustomerNotes("10004827"), "/customers/10004827/notes"},
		{href.CustomerTimeline("10004827", href.Text("kind", "note")), "/customers/10004827/timeline?kind=note"},
		{href.CustomerViews("10004827"), "/customers/10004827/views"},
		{href.CustomerTransactions("10004827"), "/customers/10004827/transactions"},
		{href.Approvals(), "/approvals"},
		{href.ApprovalList(href.Text("view", "done")), "/approvals/list?view=done"},
		{href.ApprovalsDecide(), "/approvals/decide"},
		{href.Approval(17), "/approvals/17"},
		{href.ApprovalDecide(17), "/approvals/17/decide"},
		{href.ApprovalWithdraw(17), "/approvals/17/withdraw"},
		{href.ApprovalRemind(17), "/approvals/17/remind"},
		{href.Access(), "/access"},
		{href.AccessRequests(href.Text("state", "pending")), "/access/requests?state=pending"},
		{href.AccessLooked(href.Flag("people", true)), "/access/looked?people=1"},
		{href.AccessReviews(), "/access#reviews"},
		{href.AccessReviewList(), "/access/reviews"},
		{href.AccessList(), "/access/list"},
		{href.GrantReturn(5), "/access/grants/5/return"},
		{href.Exports(href.Text("q", "gmy")), "/exports?q=gmy"},
		{href.ExportNew(), "/exports/new"},
		{href.ExportFile(7), "/exports/7/file"},
		{href.ExportVerify(href.Text("hash", "ab")), "/exports/verify?hash=ab"},
		{href.Trail(), "/trail"},
		{href.TrailCSV(href.Text("who", "20817")), "/trail.csv?who=20817"},
		{href.Imports(), "/admin/imports"},
		{href.Import(3), "/admin/imports/3"},
		{href.ImportProgress(3), "/admin/imports/3/progress"},
		{href.ImportRejects(3), "/admin/imports/3/rejects.csv"},
		{href.ImportCancel(3), "/admin/imports/3/cancel"},
		{href.AdminStaff(), "/admin/people"},
		{href.StaffDisable(9), "/admin/people/9/disable"},
		{href.StaffEnable(9), "/admin/people/9/enable"},
		{href.StaffPerson(9), "/admin/people/9"},
		{href.StaffPassword(9), "/admin/people/9/password"},
		{href.Branches(href.Int("edit", 2)), "/admin/org?edit=2"},
		{href.Branch(2), "/admin/org/2"},
		{href.OwnPassword(), "/me/password"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestQueryKeepsOrderRepeatsAndLeavesEmptyOut(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		params []href.Param
		want   string
	}{
		{"nothing", nil, "/customers"},
		{"empty values", []href.Param{href.Text("q", "  "), href.Int("n", 0), href.Flag("all", false), href.Day("on", time.Time{})}, "/customers"},
		{"each kind", []href.Param{href.Text("q", "顾"), href.Int("n", -2), href.Flag("all", true), href.Day("on", day)}, "/customers?q=%E9%A1%BE&n=-2&all=1&on=2026-11-23"},
		{"repeated key", []href.Param{href.Text("grade", "C2"), href.Text("grade", "C3")}, "/customers?grade=C2&grade=C3"},
		{"signs of the query itself", []href.Param{href.Text("q", "a&b=c#d+e")}, "/customers?q=a%26b%3Dc%23d%2Be"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := href.Customers(tt.params...); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
