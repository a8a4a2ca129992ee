package staff_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"liuhen/internal/fault"
	"liuhen/internal/realdata"
	"liuhen/internal/staff"
)

func TestOrganisationIsATree(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, n := range []staff.NewBranch{
		{Code: " １０１０２ ", Name: "静安理财二组", Kind: staff.Team, Parent: "101"},
		{Code: "10101", Name: "静安理财一组", Kind: staff.Team, Parent: "101"},
		{Code: "101-A", Name: "静安寺网点", Kind: staff.BranchPlace, Parent: "101"},
	} {
		if _, err := h.dir.AddBranch(t.Context(), h.people.Admin1, n); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.dir.Disable(t.Context(), h.people.Admin1, h.people.Newbie.ID, "离职"); err != nil {
		t.Fatal(err)
	}
	list, err := h.dir.Organisation(t.Context(), h.people.Admin1)
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		code, above   string
		depth, people int
	}
	var got []row
	for _, p := range list {
		got = append(got, row{p.Code, p.ParentName, p.Depth, p.People})
	}
	want := []row{
		{"000", "", 0, 4}, {"101", "演示银行总行", 1, 2}, {"101-A", "静安支行", 2, 0},
		{"10101", "静安支行", 2, 0}, {"10102", "静安支行", 2, 0}, {"102", "演示银行总行", 1, 2},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{})); diff != "" {
		t.Error(diff)
	}
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE action = 'branch.added' AND staff_id = $1 AND detail = '静安理财二组（10102），团队，上级静安支行（101）'`, h.people.Admin1.ID); n != 1 {
		t.Errorf("%d lines on the trail", n)
	}
}

func TestBranchesThatAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	good := staff.NewBranch{Code: "10101", Name: "静安理财一组", Kind: staff.Team, Parent: "101"}
	if _, err := h.dir.AddBranch(t.Context(), h.people.Admin1, good); err != nil {
		t.Fatal(err)
	}
	with := func(change func(*staff.NewBranch)) staff.NewBranch {
		n := staff.NewBranch{Code: "109", Name: "城北支行", Kind: staff.BranchPlace, Parent: "000"}
		change(&n)
		return n
	}
	tests := []struct {
		name  string
		n     staff.NewBranch
		field string
	}{
		{"one sign", with(func(n *staff.NewBranch) { n.Code = "1" }), "code"},
		{"thirteen signs", with(func(n *staff.NewBranch) { n.Code = strings.Repeat("1", 13) }), "code"},
		{"a space inside", with(func(n *staff.NewBranch) { n.Code = "10 9" }), "code"},
		{"a code in use", with(func(n *staff.NewBranch) { n.Code = "101" }), "code"},
		{"no name", with(func(n *staff.NewBranch) { n.Name = "  " }), "name"},
		{"a long name", with(func(n *staff.NewBranch) { n.Name = strings.Repeat("行", 61) }), "name"},
		{"a second head office", with(func(n *staff.NewBranch) { n.Kind = staff.HeadOffice }), "kind"},
		{"no kind", with(func(n *staff.NewBranch) { n.Kind = "" }), "kind"},
		{"no parent", with(func(n *staff.NewBranch) { n.Parent = "" }), "parent"},
		{"an unknown parent", with(func(n *staff.NewBranch) { n.Parent = "999" }), "parent"},
		{"a team under the head office", with(func(n *staff.NewBranch) { n.Kind = staff.Team }), "parent"},
		{"a team under a team", with(func(n *staff.NewBranch) { n.Kind, n.Parent = staff.Team, "10101" }), "parent"},
		{"a branch under a team", with(func(n *staff.NewBranch) { n.Parent = "10101" }), "parent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := h.dir.AddBranch(t.Context(), h.people.Admin1, tt.n)
			wantField(t, err, tt.field)
		})
	}
	for _, s := range realdata.NaughtyStrings(t) {
		for _, n := range []staff.NewBranch{with(func(n *staff.NewBranch) { n.Code = s }), with(func(n *staff.NewBranch) { n.Parent = s })} {
			if _, err := h.dir.AddBranch(t.Context(), h.people.Admin1, n); err != nil {
				wantKind(t, err, fault.Invalid)
			}
		}
		if err := h.dir.RenameBranch(t.Context(), h.people.Admin1, h.people.Branch1ID, s); err != nil {
			wantField(t, err, "name")
		}
	}
	if n := h.QueryInt(`SELECT count(*) FROM branch WHERE kind = 'head'`); n != 1 {
		t.Errorf("%d head offices", n)
	}
}

// wantField fails t unless err is an Invalid fault of the one field.
func wantField(t *testing.T, err error, field string) {
	t.Helper()
	wantKind(t, err, fault.Invalid)
	if f := fault.As(err).Fields; len(f) != 1 || f[0].Name != field {
		t.Errorf("faults %+v, want one of %s", f, field)
	}
}

func TestRenamingABranch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, admin, id := t.Context(), h.people.Admin1, h.people.Branch1ID
	if m, err := h.dir.Current(ctx, h.people.Manager1.ID); err != nil || m.BranchName != "静安支行" {
		t.Fatal(m, err)
	}
	if err := h.dir.RenameBranch(ctx, admin, id, " 静安中心支行 "); err != nil {
		t.Fatal(err)
	}
	if m, _ := h.dir.Current(ctx, h.people.Manager1.ID); m.BranchName != "静安中心支行" {
		t.Errorf("a person of it is still at %s", m.BranchName)
	}
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE action = 'branch.changed' AND detail = '静安支行（101）改名为静安中心支行'`); n != 1 {
		t.Errorf("%d lines on the trail", n)
	}
	wantField(t, h.dir.RenameBranch(ctx, admin, id, "静安中心支行"), "name")
	wantField(t, h.dir.RenameBranch(ctx, admin, id, "\u202e"), "name")
	wantKind(t, h.dir.RenameBranch(ctx, admin, 987654, "没有"), fault.NotFound)
}

func TestOnlyAnAdministratorManagesTheOrganisation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, by := range h.people.All() {
		if by.Role == staff.Admin {
			continue
		}
		_, err := h.dir.AddBranch(t.Context(), by, staff.NewBranch{Code: "109", Name: "城北支行", Kind: staff.BranchPlace, Parent: "000"})
		wantKind(t, err, fault.Forbidden)
		wantKind(t, h.dir.RenameBranch(t.Context(), by, h.people.Branch1ID, "别名"), fault.Forbidden)
		wantKind(t, h.dir.ResetPassword(t.Context(), by, h.people.Newbie.ID, "a long enough one"), fault.Forbidden)
		_, err = h.dir.Organisation(t.Context(), by)
		wantKind(t, err, fault.Forbidden)
		_, err = h.dir.Profile(t.Context(), by, h.people.Newbie.ID)
		wantKind(t, err, fault.Forbidden)
	}
}
