package staffview

import (
	"fmt"

	"liuhen/internal/figure"
	"liuhen/internal/staff"
	"liuhen/internal/staffing"
	"liuhen/views/ui"
)

// TransferPage moves a person to another branch, with customers and people.
type TransferPage struct {
	Preview  staffing.TransferPreview
	Form     staffing.Transfer
	Branches []staff.Branch
	// Faults says what is wrong, by the name of the field.
	Faults map[string]string
	// Self says that the viewer looks at the own account, which changes nothing.
	Self bool
}

// Title names the page.
func (p TransferPage) Title() string { return "调动：" + p.Preview.Profile.Name }

func (p TransferPage) faults() []ui.FieldError {
	var list []ui.FieldError
	for _, name := range []string{"branch", "superior", "receivers", "grade", "successor"} {
		if text := p.Faults[name]; text != "" {
			list = append(list, ui.FieldError{ID: "transfer-" + name, Text: text})
		}
	}
	return list
}

func (p TransferPage) branches() []ui.Option {
	return Page{Branches: p.Branches}.branches("请选择", byCode)
}

// ready reports whether the preview can be acted on.
func (p TransferPage) ready() bool {
	return !p.Self && len(p.Faults) == 0 && p.Preview.To.BranchID != 0 && p.Preview.Profile.Active()
}

// does says, line by line, what would happen.
func (p TransferPage) does() []string {
	one := p.Preview.Profile
	superior := p.Preview.To.Superior
	if superior == "" {
		superior = "无"
	}
	list := []string{fmt.Sprintf("%s由%s调到%s，上级%s。", one.Name, one.BranchName, p.Preview.To.Branch, superior)}
	for _, s := range p.Preview.Shares {
		list = append(list, fmt.Sprintf("%s（%s，%s）接手 %s 位客户，客户归属%s。", s.Name, s.No, s.Branch, figure.Number(s.Customers), s.Branch))
	}
	stay := p.Preview.All
	if len(p.Preview.Shares) > 0 {
		stay = p.Preview.Remaining()
	}
	if stay > 0 {
		list = append(list, fmt.Sprintf("%s 位客户不移交：仍由%s主办，归属机构不变，新机构的主管看不到他们。", figure.Number(stay), one.Name))
	}
	if one.Grants+one.Requests > 0 {
		list = append(list, fmt.Sprintf("收回%s在用的 %d 项调阅授权，撤回 %d 件未决的申请。", one.Name, one.Grants, one.Requests))
	}
	if n := one.Subordinates; n > 0 {
		if p.Form.Successor != "" {
			list = append(list, fmt.Sprintf("%d 位下属改由工号 %s 管理。", n, p.Form.Successor))
		} else {
			list = append(list, fmt.Sprintf("%d 位下属仍由%s管理。", n, one.Name))
		}
	}
	if one.Waiting > 0 {
		list = append(list, fmt.Sprintf("有 %d 件申请正等其审批：不再能审批的，自动转给其上级。", one.Waiting))
	}
	return append(list, "调动和每位移交的客户各记一条留痕。")
}

func transferSpecimens() []ui.Specimen {
	one := specimenPerson().Person
	form := TransferPage{
		Branches: specimenPeople().Branches, Form: staffing.Transfer{Superior: "90003"},
		Preview: staffing.TransferPreview{Profile: one, Preview: staffing.Preview{
			Person: one.Person, All: 120, Chosen: 120, Grades: []staffing.GradeCount{{Grade: 0, Customers: 20}, {Grade: 3, Customers: 100}},
		}},
	}
	ready := form
	ready.Form = staffing.Transfer{Branch: "102", Superior: "90009", Receivers: "90002", Grade: "3"}
	ready.Preview.To = staff.Placement{BranchID: 3, Branch: "江北支行", SuperiorID: 9, Superior: "壬九（90009）"}
	ready.Preview.Chosen = 100
	ready.Preview.Shares = []staffing.Share{{ID: 2, No: "90002", Name: "乙二", Branch: "滨江支行", Customers: 100}}
	wrong := form
	wrong.Form.Branch, wrong.Faults = "101", map[string]string{"branch": "机构没有变动；只改上级请用「变更岗位」。"}
	return []ui.Specimen{
		{Name: "transfer", Component: TransferBody(form)},
		{Name: "transfer-ready", Component: TransferBody(ready)},
		{Name: "transfer-wrong", Component: TransferBody(wrong)},
	}
}
