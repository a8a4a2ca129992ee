package staff_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"liuhen/internal/fault"
	"liuhen/internal/realdata"
	"liuhen/internal/staff"
)

// hire is a valid new manager with the number.
func hire(no string) staff.NewMember {
	return staff.NewMember{
		No: no, Username: "u" + no, Name: "新人", Role: staff.Manager,
		Branch: "101", Superior: "2001", Password: "a long enough one",
	}
}

func TestAddedPeopleCanSignIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	n := hire("５００１")
	n.Username = " U5001 "
	m, err := h.dir.Add(t.Context(), h.people.Admin1, n)
	if err != nil {
		t.Fatal(err)
	}
	if m.No != "5001" || m.Username != "u5001" || m.BranchName != "静安支行" || m.SuperiorID != h.people.Supervisor1.ID {
		t.Errorf("added %+v", m)
	}
	if _, err := h.signIn(t, "u5001", n.Password, desk); err != nil {
		t.Errorf("sign in: %v", err)
	}
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE action = 'staff.added' AND staff_id = $1 AND detail LIKE '%5001%'`, h.people.Admin1.ID); n != 1 {
		t.Errorf("%d lines on the trail", n)
	}
	n = hire("5002")
	if _, err := h.dir.Add(t.Context(), staff.Program(), n); err != nil {
		t.Errorf("by the program: %v", err)
	}
}

func TestAddSaysWhichFieldIsWrong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if err := h.dir.Disable(t.Context(), h.people.Admin1, h.people.Supervisor2.ID, "离职"); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		field string
		spoil func(*staff.NewMember)
	}{
		{"no", func(n *staff.NewMember) { n.No = "12" }},
		{"no", func(n *staff.NewMember) { n.No = "3001" }},
		{"username", func(n *staff.NewMember) { n.Username = "7up" }},
		{"username", func(n *staff.NewMember) { n.Username = "manager1" }},
		{"name", func(n *staff.NewMember) { n.Name = " " }},
		{"name", func(n *staff.NewMember) { n.Name = strings.Repeat("长", 41) }},
		{"name", func(n *staff.NewMember) { n.Name = "反\u202e转" }},
		{"role", func(n *staff.NewMember) { n.Role = "owner" }},
		{"role", func(n *staff.NewMember) { n.Role = "" }},
		{"branch", func(n *staff.NewMember) { n.Branch = "999" }},
		{"branch", func(n *staff.NewMember) { n.Branch = "" }},
		{"superior", func(n *staff.NewMember) { n.Superior = "" }},
		{"superior", func(n *staff.NewMember) { n.Superior = "99999" }},
		{"superior", func(n *staff.NewMember) { n.Superior = "2002" }}, // disabled
		{"superior", func(n *staff.NewMember) { n.Superior = "9003" }}, // an administrator
		{"superior", func(n *staff.NewMember) { n.Superior = "3001" }}, // a manager
		{"password", func(n *staff.NewMember) { n.Password = "short" }},
		{"password", func(n *staff.NewMember) { n.Password = "1234567890" }},
	}
	for _, tt := range tests {
		n := hire("5001")
		tt.spoil(&n)
		_, err := h.dir.Add(t.Context(), h.people.Admin1, n)
		if fault.KindOf(err) != fault.Invalid || len(fault.As(err).Fields) != 1 || fault.As(err).Fields[0].Name != tt.field {
			t.Errorf("%+v: %v, want the field %s", n, err, tt.field)
		}
	}
	_, err := h.dir.Add(t.Context(), h.people.Admin1, staff.NewMember{})
	wantKind(t, err, fault.Invalid)
	if n := len(fault.As(err).Fields); n != 6 {
		t.Errorf("%d fields at fault in an empty form: %v", n, err)
	}
}

func TestNaughtyPeopleAreRefusedOrKeptAsTheyAre(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i, s := range realdata.NaughtyStrings(t) {
		for _, n := range []staff.NewMember{
			{No: s}, {Username: s}, {Branch: s, Superior: s}, {Role: staff.Role(s)}, {Password: s},
		} {
			_, err := h.dir.Add(t.Context(), h.people.Admin1, n)
			wantKind(t, err, fault.Invalid)
		}
		_, err := h.dir.List(t.Context(), h.people.Admin1, staff.Filter{Text: s, Role: staff.Role(s), After: s})
		if err != nil {
			t.Errorf("list %q: %v", s, err)
		}
		if _, err := h.dir.List(t.Context(), h.people.Admin1, staff.Filter{Before: s}); err != nil {
			t.Errorf("list before %q: %v", s, err)
		}
		post := staff.Post{Role: staff.Role(s), Branch: s, Superior: s}
		if err := h.dir.Move(t.Context(), h.people.Admin1, h.people.Newbie.ID, post); fault.KindOf(err) != fault.Invalid {
			t.Errorf("move to %q: %v", s, err)
		}
		post.Role = staff.Risk
		if err := h.dir.Move(t.Context(), h.people.Admin1, h.people.Newbie.ID, post); fault.KindOf(err) != fault.Invalid {
			t.Errorf("move to %q: %v", s, err)
		}
		h.disableFor(t, s, i)
	}
}

// disableFor disables and enables somebody for the reason, if it is taken.
func (h house) disableFor(t *testing.T, reason string, i int) {
	t.Helper()
	if i%10 != 0 {
		return
	}
	err := h.dir.Disable(t.Context(), h.people.Admin1, h.people.Newbie.ID, reason)
	if err != nil {
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("disable for %q: %v", reason, err)
		}
		return
	}
	if utf8.ValidString(reason) && !strings.Contains(reason, "\x00") {
		tail := []rune(strings.TrimSpace(reason))
		if n := h.QueryInt(`SELECT count(*) FROM trail WHERE action = 'staff.disabled' AND position($1 IN detail) > 0`, string(tail[len(tail)-1])); n == 0 {
			t.Errorf("the reason %q is not on the trail", reason)
		}
	}
	h.enable(h.people.Newbie)
}

func TestMovesThatAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.people
	tests := []struct {
		name string
		who  *staff.Member
		to   staff.Post
		want fault.Kind
	}{
		{"oneself", p.Admin1, staff.Post{Role: staff.Compliance, Branch: "000"}, fault.Conflict},
		{"under oneself", p.Supervisor1, staff.Post{Role: staff.Supervisor, Branch: "101", Superior: "2001"}, fault.Invalid},
		{"under one's subordinate", p.Compliance1, staff.Post{Role: staff.Compliance, Branch: "000", Superior: "2001"}, fault.Invalid},
		{"a manager under nobody", p.Manager1, staff.Post{Role: staff.Manager, Branch: "101"}, fault.Invalid},
		{"an unknown role", p.Manager1, staff.Post{Role: "owner", Branch: "101", Superior: "2001"}, fault.Invalid},
		{"an unknown branch", p.Manager1, staff.Post{Role: staff.Manager, Branch: "x", Superior: "2001"}, fault.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantKind(t, h.dir.Move(t.Context(), p.Admin1, tt.who.ID, tt.to), tt.want)
		})
	}
	wantKind(t, h.dir.Move(t.Context(), staff.Program(), p.Admin1.ID, staff.Post{Role: staff.Auditor, Branch: "000"}), fault.Conflict)
}

func TestMovingEndsGrants(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.people.Manager1
	h.grant(t, m.ID)
	higher := staff.Post{Role: staff.Supervisor, Branch: "102", Superior: " 9001 "}
	wantKind(t, h.dir.Move(t.Context(), h.people.Admin1, m.ID, higher), fault.Conflict)
	if err := h.dir.Move(t.Context(), staff.Program(), m.ID, higher); err != nil {
		t.Fatal(err)
	}
	now, err := h.dir.Current(t.Context(), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	if now.Role != staff.Supervisor || now.BranchName != "徐汇支行" || now.SuperiorID != h.people.Compliance1.ID {
		t.Errorf("moved to %+v", now)
	}
	if n := h.QueryInt(`SELECT count(*) FROM access_grant WHERE staff_id = $1 AND ended_at IS NOT NULL`, m.ID); n != 1 {
		t.Errorf("%d grants ended", n)
	}
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE action = 'staff.changed' AND detail LIKE '%角色由客户经理改为主管，机构由静安支行改为徐汇支行，上级已变更'`); n != 1 {
		t.Error("the trail does not say what changed")
	}
}

func TestListPagesBothWays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.MustExec(`SET session_replication_role = replica;
		INSERT INTO staff (no, username, name, role, branch_id, superior_id, password_hash)
		SELECT '7' || lpad(g::text, 3, '0'), 'many' || g, '众人' || g, 'manager', (SELECT id FROM branch WHERE code = '101'), (SELECT id FROM staff WHERE no = '2001'), ''
		FROM generate_series(1, 120) AS g;
		SET session_replication_role = DEFAULT`)
	f := staff.Filter{Text: "众人"}
	var pages [][]string
	for {
		p, err := h.dir.List(t.Context(), h.people.Admin1, f)
		if err != nil {
			t.Fatal(err)
		}
		if p.Count != 120 || (p.Before == "") != (len(pages) == 0) {
			t.Fatalf("page %d: count %d, before %q", len(pages), p.Count, p.Before)
		}
		pages = append(pages, numbers(p))
		if p.After == "" {
			break
		}
		f.After = p.After
	}
	if len(pages) != 3 || len(pages[2]) != 20 || pages[0][0] != "7001" || pages[2][19] != "7120" {
		t.Fatalf("pages: %v", pages)
	}
	back, err := h.dir.List(t.Context(), h.people.Admin1, staff.Filter{Text: "众人", Before: pages[2][0]})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(pages[1], numbers(back)); diff != "" || back.Before == "" || back.After != pages[1][49] {
		t.Errorf("page back (%q, %q): %s", back.Before, back.After, diff)
	}
	first, err := h.dir.List(t.Context(), h.people.Admin1, staff.Filter{Text: "众人", Before: pages[1][0]})
	if err != nil || first.Before != "" || cmp.Diff(pages[0], numbers(first)) != "" {
		t.Errorf("first page: %+v, %v", first, err)
	}
}

func numbers(p staff.People) []string {
	var list []string
	for _, m := range p.List {
		list = append(list, m.No)
	}
	return list
}

func TestListFiltersAndCounts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if err := h.dir.Disable(t.Context(), h.people.Admin1, h.people.Newbie.ID, "离职"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		f    staff.Filter
		want []string
	}{
		{staff.Filter{Role: staff.Manager}, []string{"3001", "3002"}},
		{staff.Filter{Disabled: true}, []string{"3003"}},
		{staff.Filter{BranchID: h.people.Branch2ID}, []string{"2002", "3002"}},
		{staff.Filter{Text: "主管"}, []string{"2001", "2002"}},
		{staff.Filter{Text: "300"}, []string{"3001", "3002"}},
		{staff.Filter{Text: "Manager"}, []string{"3001", "3002"}},
		{staff.Filter{Text: "%"}, nil},
		{staff.Filter{Text: "_"}, nil},
	} {
		p, err := h.dir.List(t.Context(), h.people.Admin1, tt.f)
		if err != nil || cmp.Diff(tt.want, numbers(p)) != "" || p.Count != len(tt.want) {
			t.Errorf("%+v: %v, %d, %v", tt.f, numbers(p), p.Count, err)
		}
	}
	p, err := h.dir.List(t.Context(), h.people.Admin1, staff.Filter{Text: "2001"})
	if err != nil || p.List[0].Subordinates != 1 || p.List[0].SuperiorName != "郑合规" || p.List[0].SuperiorNo != "9001" {
		t.Errorf("%+v, %v", p.List, err)
	}
	one, err := h.dir.Person(t.Context(), h.people.Admin1, p.List[0].ID)
	if err != nil || cmp.Diff(p.List[0], one) != "" {
		t.Errorf("%+v, %v", one, err)
	}
	_, err = h.dir.Person(t.Context(), h.people.Admin1, 987654)
	wantKind(t, err, fault.NotFound)
	b, err := h.dir.Branches(t.Context())
	if err != nil || len(b) != 3 || b[0].Code != "000" || b[1].ParentID != b[0].ID {
		t.Errorf("branches %+v, %v", b, err)
	}
}

func TestCurrentIsRememberedAndForgotten(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.people.Manager1.ID
	read := time.Now()
	m, err := h.dir.Current(t.Context(), id)
	if err != nil || m.BranchName != "静安支行" {
		t.Fatal(m, err)
	}
	m.Name = "changed by a caller"
	h.MustExec(`SET session_replication_role = replica; UPDATE staff SET name = '林越' WHERE username = 'manager1'; SET session_replication_role = DEFAULT`)
	if m, _ := h.dir.Current(t.Context(), id); m.Name != "林悦" && time.Since(read) < 4*time.Second {
		t.Errorf("remembered %q", m.Name)
	}
	h.dir.Evict(id)
	if m, _ := h.dir.Current(t.Context(), id); m.Name != "林越" {
		t.Errorf("after eviction %q", m.Name)
	}
	_, err = h.dir.Current(t.Context(), 987654)
	wantKind(t, err, fault.NotFound)
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m, ctx := h.people.Manager1, t.Context()
	h.begin(t, "a", m.ID)
	wantKind(t, h.dir.ChangePassword(ctx, m, "wrong", "a long enough one"), fault.Invalid)
	wantKind(t, h.dir.ChangePassword(ctx, m, "liuhen-demo", "short"), fault.Invalid)
	wantKind(t, h.dir.ChangePassword(ctx, m, "a long enough one", "a long enough one"), fault.Invalid)
	h.wantLive(t, "a", true, "before the change")
	if err := h.dir.ChangePassword(ctx, m, "liuhen-demo", "a long enough one"); err != nil {
		t.Fatal(err)
	}
	h.wantLive(t, "a", false, "after the change")
	_, err := h.signIn(t, "manager1", "liuhen-demo", "")
	wantKind(t, err, fault.Unauthenticated)
	if _, err := h.signIn(t, "manager1", "a long enough one", ""); err != nil {
		t.Error(err)
	}
	for range 5 {
		_ = h.dir.ChangePassword(ctx, m, "wrong", "another long one")
	}
	wantKind(t, h.dir.ChangePassword(ctx, m, "a long enough one", "another long one"), fault.Throttled)
	if n := h.QueryInt(`SELECT count(*) FROM trail WHERE detail = '修改本人密码' AND staff_id = $1`, m.ID); n != 1 {
		t.Errorf("%d changes on the trail", n)
	}
}

func TestNotificationsTellOtherProcesses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	heard := make(chan string, 100)
	err := h.Listen(t.Context(), discardLog(), func(topic, key string) { heard <- topic + ":" + key }, func() {})
	if err != nil {
		t.Fatal(err)
	}
	h.begin(t, "a", h.people.Manager1.ID)
	if err := h.sessions.Delete("a"); err != nil {
		t.Fatal(err)
	}
	if err := h.dir.Disable(t.Context(), h.people.Admin1, h.people.Manager1.ID, "离职"); err != nil {
		t.Fatal(err)
	}
	want := []string{"session:a", "session:a", fmt.Sprintf("staff:%d", h.people.Manager1.ID)}
	for _, w := range want {
		select {
		case got := <-heard:
			if got != w {
				t.Errorf("heard %q, want %q", got, w)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("never heard %q", w)
		}
	}
}
