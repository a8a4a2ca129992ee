package module

import "testing"

func TestRoutesBelongToTheirModules(t *testing.T) {
	t.Parallel()
	all := State{}
	for _, m := range All() {
		all[m.Code] = true
	}
	without := func(code Code) State {
		s := State{}
		for c := range all {
			s[c] = c != code
		}
		return s
	}
	for _, tt := range []struct {
		off  Code
		path string
		want bool
	}{
		{Customers, "/customers", true}, {Customers, "/customers/:no", true}, {Customers, "/customersx", false},
		{Customers, "/access/list", true}, {Customers, "/admin/access", false}, {Customers, "/", false}, {Customers, "/approvals/:id", false},
		{Tags, "/admin/tags", true}, {Tags, "/admin/tags/:id/draft", true}, {Tags, "/customers/:no/tags", true}, {Tags, "/customers/:no", false},
	} {
		if _, off := without(tt.off).Off(tt.path); off != tt.want {
			t.Errorf("without %s, %s is off: %v", tt.off, tt.path, off)
		}
		if m, off := all.Off(tt.path); off {
			t.Errorf("with all, %s is off for %s", tt.path, m.Code)
		}
	}
}

func TestSwitchesThatCannotBeThrown(t *testing.T) {
	t.Parallel()
	tags, _ := Find(Tags)
	customers, _ := Find(Customers)
	archive, _ := Find(Archive)
	on, off := State{Customers: true, Tags: true}, State{}
	for _, tt := range []struct {
		name  string
		state State
		m     Module
		on    bool
		free  bool
	}{
		{"tags off", on, tags, false, true},
		{"tags off twice", State{Customers: true}, tags, false, false},
		{"customers off under tags", on, customers, false, false},
		{"customers off alone", State{Customers: true}, customers, false, true},
		{"tags on without customers", off, tags, true, false},
		{"customers on", off, customers, true, true},
		{"what is not built", off, archive, true, false},
	} {
		if why := tt.state.refusal(tt.m, tt.on); (why == "") != tt.free {
			t.Errorf("%s: %q", tt.name, why)
		}
	}
}
