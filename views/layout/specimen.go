package layout

import (
	"liuhen/internal/href"
	"liuhen/views/ui"
)

// SpecimenFrame is the shell of an invented customer manager, for the
// specimens of all views.
func SpecimenFrame(title string) Frame {
	return Frame{
		Title:  title,
		Firm:   "演示银行",
		Demo:   true,
		Viewer: Viewer{Name: "甲一", No: "90001", RoleLabel: "客户经理", Branch: "滨江支行"},
		Nav: []NavItem{
			{Label: "工作台", Icon: "home", URL: href.Home()},
			{Label: "客户", Icon: "people", URL: href.Customers(), Current: true},
			{Label: "待办", Icon: "inbox", URL: href.Approvals(), Count: 7},
			{Label: "调阅", Icon: "open", URL: href.Access()},
			{Label: "留痕", Icon: "seal", URL: href.Trail()},
		},
		Search: true,
		Now:    ui.SpecimenTime(),
		Help: Help{
			Purpose: "在这里找到一位客户，查看档案；受保护的部分就地申请。",
			Rules:   []ui.Link{{Label: "调阅须审批", URL: href.Why("access")}},
			Keys:    []Shortcut{{"a", "申请调阅"}},
		},
	}
}

// Gallery shows the shell and the problem pages.
func Gallery() []ui.Specimen {
	flash := SpecimenFrame("客户")
	flash.Flash = "已提前归还「交易流水」"
	invalid := SpecimenFrame("客户")
	invalid.Invalid = true
	many := SpecimenFrame("数据导入")
	many.Search = false
	many.Nav[1].Current = false
	many.Nav = append(many.Nav, NavItem{Label: "数据导入", Icon: "down2", URL: href.Imports(), Current: true})
	folds := SpecimenFrame("信息冲突")
	folds.Nav[1].Current = false
	for _, label := range []string{"标签规则", "数据导入", "数据来源", "信息冲突"} {
		folds.Nav = append(folds.Nav, NavItem{Label: label, Icon: "tag", URL: href.Conflicts(), Manages: true, Current: label == "信息冲突"})
	}
	signedOut := Frame{Title: "没有这一页", Firm: "演示银行", Now: ui.SpecimenTime()}
	return []ui.Specimen{
		{Name: "page", Page: true, Component: specimenPage(flash)},
		{Name: "page-invalid", Page: true, Component: specimenPage(invalid)},
		{Name: "page-many-areas", Page: true, Component: specimenPage(many)},
		{Name: "page-folded-areas", Page: true, Component: specimenPage(folds)},
		{Name: "problem-forbidden", Page: true, Component: Problem(SpecimenFrame("无权查看"), Fault{
			Title: "无权查看",
			Text:  "这位客户不在您的负责范围内。",
			Next:  "如因工作需要，请联系主办经理或您的上级。",
			Rule:  ui.Link{Label: "规则：按归属查看", URL: href.Why("scope")},
			Way:   ui.Link{Label: "回到客户列表", URL: href.Customers()},
		})},
		{Name: "problem-internal", Page: true, Component: Problem(SpecimenFrame("没能完成"), Fault{
			Title:  "没能完成",
			Text:   "系统出了故障，您的操作没有生效。",
			Next:   "请稍后再试；仍不行时把编号告诉管理员。",
			Number: "7F3A91C2",
		})},
		{Name: "problem-signed-out", Page: true, Component: Problem(signedOut, Fault{
			Title: "没有这一页",
			Text:  "地址可能写错，或内容已移走。",
			Way:   ui.Link{Label: "去登录", URL: href.Login()},
		})},
	}
}
