// Package module knows the modules of the portal and which of them are in use. A
// firm can begin with a few (M17): what is off has no navigation, no pages and no
// jobs, and keeps its data. Switching takes two people.
package module

import (
	"slices"
	"strings"
)

// Code names a module.
type Code string

// The modules.
const (
	Customers Code = "customers"
	Tags      Code = "tags"
	Consent   Code = "consent"
	Outreach  Code = "outreach"
	Archive   Code = "archive"
	Quality   Code = "quality"
	Flows     Code = "flows"
)

// Module is a part of the portal that can be switched off by itself.
type Module struct {
	Code  Code
	Label string
	What  string   // what it offers, in a sentence
	Paths []string // routes that belong to it, by their beginning
	Jobs  string   // what runs by itself, empty for nothing
	Needs []Code   // modules without which it is of no use
	Built bool     // it is part of this release
}

// All is the one table of modules: navigation, routes and jobs go by it.
func All() []Module {
	return []Module{
		{Code: Customers, Label: "客户档案", What: "客户列表与档案、咨询记录、敏感信息调阅与导出。", Paths: []string{"/customers", "/access", "/exports"}, Built: true},
		{Code: Tags, Label: "客户标签", What: "按规则出现和消失的标签，标签规则的编写与发布。", Paths: []string{"/admin/tags", "/customers/:no/tags"}, Jobs: "标签计算", Needs: []Code{Customers}, Built: true},
		{Code: Consent, Label: "授权管理", What: "按资讯类别和触达渠道征求、记录客户授权。", Paths: []string{"/consents", "/c/", "/customers/:no/consents"}, Jobs: "授权台账核对", Needs: []Code{Customers}, Built: true},
		{Code: Outreach, Label: "营销触达", What: "素材、触达任务、朋友圈，发送前筛查。", Paths: []string{"/materials", "/campaigns", "/moments"}, Needs: []Code{Customers, Consent}},
		{Code: Archive, Label: "会话存档", What: "会话与通话的封存、检索和取证。", Paths: []string{"/archive", "/calls"}, Needs: []Code{Customers}},
		{Code: Quality, Label: "智能质检", What: "对存档内容的规则检查与复核。", Paths: []string{"/quality"}, Needs: []Code{Archive}},
		{Code: Flows, Label: "业务审批", What: "私募、融资融券等开户的跨部门审批。", Paths: []string{"/flows"}, Needs: []Code{Customers}},
	}
}

// Find returns the module with the code, and whether there is one.
func Find(code Code) (Module, bool) {
	for _, m := range All() {
		if m.Code == code {
			return m, true
		}
	}
	return Module{}, false
}

// has reports whether a route belongs to the module.
func (m Module) has(path string) bool {
	return slices.ContainsFunc(m.Paths, func(p string) bool {
		return path == p || strings.HasPrefix(path, strings.TrimSuffix(p, "/")+"/")
	})
}

// State is which modules are in use.
type State map[Code]bool

// Off returns the first module that a route belongs to and that is not in use,
// and whether there is one.
func (s State) Off(path string) (Module, bool) {
	for _, m := range All() {
		if m.Built && !s[m.Code] && m.has(path) {
			return m, true
		}
	}
	return Module{}, false
}

// refusal says why a switch cannot be thrown, empty if it can.
func (s State) refusal(m Module, on bool) string {
	if !m.Built {
		return m.Label + "还不在这个版本里。"
	}
	if s[m.Code] == on {
		return m.Label + "已经是这样。"
	}
	for _, other := range All() {
		if !on && other.Built && s[other.Code] && slices.Contains(other.Needs, m.Code) {
			return other.Label + "离不开" + m.Label + "，请先停用" + other.Label + "。"
		}
		if on && slices.Contains(m.Needs, other.Code) && !s[other.Code] {
			return m.Label + "离不开" + other.Label + "，请先启用" + other.Label + "。"
		}
	}
	return ""
}
