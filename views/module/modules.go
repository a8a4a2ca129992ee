// Package moduleview holds the page on which modules are switched on and off.
package moduleview

import (
	"liuhen/internal/module"
	"liuhen/views/ui"
)

// Page lists the modules with their switches.
type Page struct {
	State   module.State
	Waiting []module.Waiting
}

// waiting returns the switch of a module that waits; the zero value is none.
func (p Page) waiting(code module.Code) module.Waiting {
	for _, w := range p.Waiting {
		if w.Code == code {
			return w
		}
	}
	return module.Waiting{}
}

// needs names what a module cannot do without.
func needs(m module.Module) string {
	text := ""
	for i, code := range m.Needs {
		if i > 0 {
			text += "、"
		}
		other, _ := module.Find(code)
		text += other.Label
	}
	return text
}

// turn is what the button of a module does.
func (p Page) turn(m module.Module) string {
	if p.State[m.Code] {
		return "停用"
	}
	return "启用"
}

func (p Page) consequence(m module.Module) string {
	if p.State[m.Code] {
		return "须合规复核。停用后导航、页面和后台任务一并停止，数据保留，随时可再启用。"
	}
	return "须合规复核。启用后导航、页面和后台任务恢复。"
}

// Gallery shows the page in its states.
func Gallery() []ui.Specimen {
	state := module.State{module.Customers: true}
	return []ui.Specimen{
		{Name: "modules", Component: Body(Page{State: state})},
		{Name: "modules-waiting", Component: Body(Page{State: state, Waiting: []module.Waiting{{ApprovalID: 7, Code: module.Tags, InUse: true, Approver: "戊五"}}})},
	}
}
