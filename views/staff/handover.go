package staffview

import (
	"fmt"

	"liuhen/internal/figure"
	"liuhen/internal/staff"
	"liuhen/internal/staffing"
	"liuhen/views/ui"
)

// HandoverPage hands the customers of a person over, and lets the person go with
// it.
type HandoverPage struct {
	Preview staffing.Preview
	Form    staffing.Handover
	// Faults says what is wrong, by the name of the field.
	Faults map[string]string
	// Self says that the viewer looks at the own account, which changes nothing.
	Self bool
	// Asked says that the form was filled in and what it would do is wanted.
	Asked bool
}

// Title names the page.
func (p HandoverPage) Title() string {
	if p.Form.Leave {
		return "办理离职：" + p.Preview.Person.Name
	}
	return "移交客户：" + p.Preview.Person.Name
}

func (p HandoverPage) faults() []ui.FieldError {
	var list []ui.FieldError
	for _, name := range []string{"receivers", "grade", "successor", "reason"} {
		if text := p.Faults[name]; text != "" {
			list = append(list, ui.FieldError{ID: "handover-" + name, Text: text})
		}
	}
	return list
}

// ready reports whether the preview can be acted on.
func (p HandoverPage) ready() bool {
	if p.Self || len(p.Faults) > 0 || p.Form.Leave && p.Form.Reason == "" {
		return false
	}
	if p.Form.Leave && p.Preview.All == 0 {
		return p.Asked
	}
	return len(p.Preview.Shares) > 0 && p.Preview.Chosen > 0
}

// gradeOptions are the choices of the filter, each with how many customers it has.
func gradeOptions(p staffing.Preview) []ui.Option {
	list := []ui.Option{{Value: "", Label: fmt.Sprintf("全部客户（%s 位）", figure.Number(p.All))}}
	for _, g := range p.Grades {
		label := fmt.Sprintf("C%d", g.Grade)
		if g.Grade == 0 {
			label = "未测评"
		}
		list = append(list, ui.Option{Value: fmt.Sprint(g.Grade), Label: fmt.Sprintf("%s（%s 位）", label, figure.Number(g.Customers))})
	}
	return list
}

// does says, line by line, what would happen.
func (p HandoverPage) does() []string {
	var list []string
	for _, s := range p.Preview.Shares {
		list = append(list, fmt.Sprintf("%s（%s，%s）接手 %s 位客户，客户归属%s。", s.Name, s.No, s.Branch, figure.Number(s.Customers), s.Branch))
	}
	if p.Preview.Remaining() > 0 && len(p.Preview.Shares) > 0 {
		list = append(list, fmt.Sprintf("其余 %s 位仍在%s名下。", figure.Number(p.Preview.Remaining()), p.Preview.Person.Name))
	}
	if p.Preview.Grants+p.Preview.Requests > 0 {
		list = append(list, fmt.Sprintf("收回%s对这些客户在用的 %s 项调阅授权，撤回 %s 件未决的申请。", p.Preview.Person.Name, figure.Number(p.Preview.Grants), figure.Number(p.Preview.Requests)))
	}
	if p.Form.Leave {
		list = append(list, "立即停用账号，结束所有登录，收回全部授权，撤回全部申请。")
		if n := p.Preview.Person.Subordinates; n > 0 {
			list = append(list, fmt.Sprintf("%d 位下属改由接任上级管理。", n))
		}
		if n := p.Preview.Person.Waiting; n > 0 {
			list = append(list, fmt.Sprintf("有 %d 件申请正等其审批：不会自动改派，申请人会看到提示。", n))
		}
	}
	return append(list, "每位客户各记一条留痕；原主办记为曾服务。")
}

// blocked says what stands in the way of leaving.
func (p HandoverPage) blocked() string {
	if p.Form.Leave && p.Preview.Remaining() > 0 && len(p.Preview.Shares) > 0 {
		return fmt.Sprintf("离职须移交全部客户，还有 %s 位没有接手人。", figure.Number(p.Preview.Remaining()))
	}
	return ""
}

func (p HandoverPage) confirmTitle() string {
	if p.Form.Leave {
		return "确认" + p.Preview.Person.Name + "离职？"
	}
	return fmt.Sprintf("移交 %s 位客户？", figure.Number(p.Preview.Chosen))
}

func handoverSpecimens() []ui.Specimen {
	person := specimenPeople().People.List[1]
	form := HandoverPage{Preview: staffing.Preview{
		Person: person, All: 120, Chosen: 120, Grants: 2, Requests: 1,
		Grades: []staffing.GradeCount{{Grade: 0, Customers: 20}, {Grade: 3, Customers: 100}},
	}}
	ready := form
	ready.Form = staffing.Handover{Receivers: "90001 90002", Leave: true, Reason: "本人辞职", Successor: "90009"}
	ready.Preview.Shares = []staffing.Share{{ID: 1, No: "90001", Name: "甲一", Branch: "滨江支行", Customers: 60}, {ID: 2, No: "90002", Name: "乙二", Branch: "滨江支行", Customers: 60}}
	part := ready
	part.Form = staffing.Handover{Receivers: "90001 90002", Grade: "3", Leave: true, Reason: "本人辞职"}
	part.Preview.Chosen = 100
	wrong := form
	wrong.Form.Receivers, wrong.Faults = "7777", map[string]string{"receivers": "工号 7777 不是在用的客户经理或主管。"}
	none := HandoverPage{Preview: staffing.Preview{Person: staff.Person{Member: person.Member}}}
	return []ui.Specimen{
		{Name: "handover", Component: HandoverBody(form)},
		{Name: "handover-ready", Component: HandoverBody(ready)},
		{Name: "handover-part", Component: HandoverBody(part)},
		{Name: "handover-wrong", Component: HandoverBody(wrong)},
		{Name: "handover-none", Component: HandoverBody(none)},
	}
}
