package staffview

import (
	"time"

	"liuhen/internal/staff"
	"liuhen/views/ui"
)

// Gallery shows the pages of people, of a person and of the organisation in each
// of their states.
func Gallery() []ui.Specimen {
	invalid := specimenPeople()
	invalid.Form = Form{
		Values: staff.NewMember{No: "12", Username: "Geng", Name: "庚七", Role: staff.Manager, Branch: "101"},
		Faults: map[string]string{"no": "工号是 4 到 8 位数字。", "superior": "客户经理须有上级，否则调阅申请无人审批。"},
	}
	ending := specimenPeople()
	ending.Ending = Ending{Person: ending.People.List[1], Fault: "请填写停用原因，2 到 200 个字。"}
	gone := specimenPeople()
	gone.Filter.Disabled = true
	gone.People = staff.People{List: specimenGone(), Count: 1}
	waits := specimenPeople()
	waits.Waiting = specimenWaiting()
	empty := specimenPeople()
	empty.Filter.Text = "无此人"
	empty.People = staff.People{}
	return append([]ui.Specimen{
		{Name: "people", Component: Body(specimenPeople())},
		{Name: "people-invalid", Component: Body(invalid)},
		{Name: "people-ending", Component: Body(ending)},
		{Name: "people-disabled", Component: Body(gone)},
		{Name: "people-waiting", Component: Body(waits)},
		{Name: "people-empty", Component: Body(empty)},
	}, append(append(append(branchSpecimens(), personSpecimens()...), securitySpecimens()...), append(append(handoverSpecimens(), transferSpecimens()...), rollSpecimens()...)...)...)
}

func specimenPeople() Page {
	joined := time.Date(2021, 7, 1, 0, 0, 0, 0, time.UTC)
	person := func(id int64, no, username, name string, role staff.Role, branch string) staff.Person {
		return staff.Person{Member: staff.Member{ID: id, No: no, Username: username, Name: name, Role: role, BranchName: branch, JoinedOn: joined}}
	}
	manager := person(1, "90001", "jia", "甲一", staff.Manager, "滨江支行")
	manager.SuperiorNo, manager.SuperiorName = "90003", "丙三"
	head := person(3, "90003", "bing", "丙三", staff.Supervisor, "滨江支行")
	head.Waiting, head.Subordinates = 4, 7
	return Page{
		People:   staff.People{List: []staff.Person{manager, head, person(6, "90006", "ji", "己六", staff.Admin, "总行")}, Count: 63, After: "90006"},
		Branches: []staff.Branch{{ID: 1, Code: "000", Name: "总行"}, {ID: 2, Code: "101", Name: "滨江支行"}},
		Self:     6,
	}
}

func specimenGone() []staff.Person {
	at := ui.SpecimenTime()
	m := specimenPeople().People.List[0]
	m.DisabledAt = &at
	return []staff.Person{m}
}
