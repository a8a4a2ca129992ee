package accountview

import (
	"time"

	"liuhen/views/layout"
	"liuhen/views/ui"
)

// Gallery shows the pages of signing in and of the own password in each of their
// states.
func Gallery() []ui.Specimen {
	plain := SignIn{Frame: specimenFrame()}
	demo := SignIn{Frame: specimenFrame(), Next: "/customers", Password: "invented", Accounts: specimenAccounts()}
	expired := plain
	expired.Notice = "登录已过期，请重新登录。"
	refused := plain
	refused.Username, refused.Fault = "90001", "工号或密码不对。"
	throttled := plain
	throttled.Username, throttled.Wait = "90001", 14*time.Minute+30*time.Second
	invalid := plain
	invalid.Frame.Invalid = true
	invalid.UsernameFault, invalid.PasswordFault = "请填写工号", "请填写密码"
	return append([]ui.Specimen{
		{Name: "signin", Page: true, Component: SignInPage(plain)},
		{Name: "signin-demo", Page: true, Component: SignInPage(demo)},
		{Name: "signin-expired", Page: true, Component: SignInPage(expired)},
		{Name: "signin-refused", Page: true, Component: SignInPage(refused)},
		{Name: "signin-throttled", Page: true, Component: SignInPage(throttled)},
		{Name: "signin-invalid", Page: true, Component: SignInPage(invalid)},
	}, append(append(passwordSpecimens(), codeSpecimens()...), sessionSpecimens()...)...)
}

func specimenFrame() layout.Frame {
	return layout.Frame{Title: "登录", Firm: "演示银行", Now: ui.SpecimenTime()}
}

func specimenAccounts() []DemoAccount {
	return []DemoAccount{
		{"manager1", "甲一", "客户经理", "看自己的客户，调阅需审批", ui.Key},
		{"newbie", "乙二", "新客户经理", "只见基本资料与咨询记录", ui.Key},
		{"supervisor1", "丙三", "主管", "本支行的审批与团队", ui.Key},
		{"risk1", "丁四", "风控", "全部客户的风险审查", ui.Info},
		{"compliance1", "戊五", "合规", "留痕查询与检查取证", ui.Info},
		{"admin1", "己六", "系统管理员", "人员与导入，不见客户数据", ui.Warn},
		{"auditor1", "庚七", "内部审计", "只读：谁看过、谁批过", ui.OK},
	}
}
