package staffview

import (
	"liuhen/internal/staff"
	"liuhen/internal/staffing"
	"liuhen/views/ui"
)

func branchSpecimens() []ui.Specimen {
	invalid := specimenBranches()
	invalid.Form = BranchForm{
		Values: staff.NewBranch{Code: "101", Name: "滨江理财三组", Kind: staff.Team, Parent: "000"},
		Faults: map[string]string{"parent": "团队须设在分支机构下，演示银行总行是总部。"},
	}
	renaming := specimenBranches()
	renaming.Change = Change{ID: 2, Name: "滨江支行", Faults: map[string]string{"name": "名称没有变动。"}}
	found := specimenBranches()
	found.Text = "无此机构"
	return []ui.Specimen{
		{Name: "branches", Component: BranchesBody(specimenBranches())},
		{Name: "branches-invalid", Component: BranchesBody(invalid)},
		{Name: "branches-renaming", Component: BranchesBody(renaming)},
		{Name: "branches-found", Component: BranchesBody(found)},
		{Name: "branches-none", Component: BranchesBody(BranchesPage{})},
	}
}

func specimenBranches() BranchesPage {
	place := func(id int64, code, name string, kind staff.BranchKind, depth, people int) staff.Place {
		return staff.Place{Branch: staff.Branch{ID: id, Code: code, Name: name, Kind: string(kind)}, Depth: depth, People: people}
	}
	return BranchesPage{Places: []staff.Place{
		place(1, "000", "演示银行总行", staff.HeadOffice, 0, 4),
		place(2, "101", "滨江支行", staff.BranchPlace, 1, 12),
		place(4, "10101", "滨江支行理财一组", staff.Team, 2, 5),
		place(3, "102", "江北支行", staff.BranchPlace, 1, 0),
	}}
}

func personSpecimens() []ui.Specimen {
	invalid := specimenPerson()
	invalid.Post = staff.Post{Role: staff.Manager, Branch: "101"}
	invalid.Faults = map[string]string{"superior": "客户经理须有上级，否则调阅申请无人审批。"}
	reset := specimenPerson()
	reset.Faults = map[string]string{"password": "密码至少 10 个字符。"}
	head := specimenPerson()
	head.Person = staff.Profile{Person: specimenPeople().People.List[1]}
	head.Person.BranchCode = "101"
	head.Post = PostOf(head.Person)
	gone := specimenPerson()
	gone.Person.Grants, gone.Person.Requests = 0, 0
	at := ui.SpecimenTime()
	gone.Person.DisabledAt = &at
	waits := specimenPerson()
	waits.Waiting = specimenWaiting()
	waits.Lockouts, waits.Sessions = specimenLockouts(), []staff.OpenSession{
		{Handle: 7, BeganAt: ui.SpecimenTime(), SeenAt: ui.SpecimenTime(), Address: "10.1.2.3", Agent: "Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537.36"},
		{BeganAt: ui.SpecimenTime(), SeenAt: ui.SpecimenTime()},
	}
	self := specimenPerson()
	self.Person = staff.Profile{Person: specimenPeople().People.List[2]}
	self.Person.BranchCode = "000"
	self.Self = true
	return []ui.Specimen{
		{Name: "person", Component: PersonBody(specimenPerson())},
		{Name: "person-invalid", Component: PersonBody(invalid)},
		{Name: "person-reset-invalid", Component: PersonBody(reset)},
		{Name: "person-head", Component: PersonBody(head)},
		{Name: "person-disabled", Component: PersonBody(gone)},
		{Name: "person-waiting", Component: PersonBody(waits)},
		{Name: "person-self", Component: PersonBody(self)},
	}
}

func specimenWaiting() []staffing.Change {
	return []staffing.Change{
		{ID: 12, Title: "变更岗位：甲一（90001）", State: "pending", SubmittedAt: ui.SpecimenTime(), Requester: "己六", Approver: "戊五"},
		{ID: 13, Title: "新增主管：辛八（90008）", State: "returned", SubmittedAt: ui.SpecimenTime(), Requester: "己六", Approver: "戊五"},
	}
}

func specimenPerson() PersonPage {
	one := staff.Profile{Person: specimenPeople().People.List[0], Grants: 3, Requests: 2}
	one.BranchCode = "101"
	one.SuperiorID = 3
	return PersonPage{Person: one, Branches: specimenPeople().Branches, Now: ui.SpecimenTime(), Post: PostOf(one)}
}
