package staffview

import (
	"fmt"

	"liuhen/internal/href"
	"liuhen/internal/staffing"
	"liuhen/views/ui"
)

// rowsOfRoll is how many rows of a file a page holds.
const rowsOfRoll = 100

// RollsPage is where a file of people is sent.
type RollsPage struct {
	Rolls []staffing.Roll
	// Fault says what is wrong with the file that was sent.
	Fault string
}

func (p RollsPage) faults() []ui.FieldError {
	if p.Fault == "" {
		return nil
	}
	return []ui.FieldError{{ID: "roll-file", Text: p.Fault}}
}

// RollPage is a file of people with what importing each row would do.
type RollPage struct {
	Roll staffing.Roll
	// Show is the standing of the rows to show; empty is all.
	Show staffing.Standing
	// Page counts from 0.
	Page int
}

// about is a column and what stands in it.
type about struct{ Label, Text string }

func rollColumns() []about {
	return []about{
		{"工号", "4–8 位数字；开头的 0 要保留，请把这一列设为文本"},
		{"姓名", "1–40 个字"},
		{"用户名", "小写字母开头，可含数字和 . _ -"},
		{"角色", "客户经理、主管、风控、合规、管理员或审计"},
		{"机构", "机构代码，或不重名的机构名称"},
		{"上级", "上级的工号；客户经理必填"},
	}
}

// chosen are the rows to show, of all pages.
func (p RollPage) chosen() []staffing.Judged {
	if p.Show == "" {
		return p.Roll.Rows
	}
	var list []staffing.Judged
	for _, j := range p.Roll.Rows {
		if j.Standing == p.Show {
			list = append(list, j)
		}
	}
	return list
}

// rows are the rows of the page.
func (p RollPage) rows() []staffing.Judged {
	all := p.chosen()
	from := min(p.Page*rowsOfRoll, len(all))
	return all[from:min(from+rowsOfRoll, len(all))]
}

// address is a page of the rows shown.
func (p RollPage) address(page int) string {
	return href.PeopleImport(p.Roll.ID, href.Text("show", string(p.Show)), href.Int("page", int64(page)))
}

func (p RollPage) pages() ui.Pages {
	all := len(p.chosen())
	from := p.Page * rowsOfRoll
	pages := ui.Pages{Text: fmt.Sprintf("按文件的行序，第 %d–%d 行，共 %d 行", min(from+1, all), min(from+rowsOfRoll, all), all)}
	if p.Page > 0 {
		pages.Previous = p.address(p.Page - 1)
	}
	if from+rowsOfRoll < all {
		pages.Next = p.address(p.Page + 1)
	}
	return pages
}

// tabs choose rows by what importing them would do.
func (p RollPage) tabs() []ui.Tab {
	list := []ui.Tab{{Label: fmt.Sprintf("全部 %d", len(p.Roll.Rows)), URL: href.PeopleImport(p.Roll.ID), Current: p.Show == ""}}
	for _, s := range staffing.Standings() {
		if n := p.Roll.Count(s); n > 0 || p.Show == s {
			list = append(list, ui.Tab{
				Label: fmt.Sprintf("%s %d", s.Label(), n), URL: href.PeopleImport(p.Roll.ID, href.Text("show", string(s))), Current: p.Show == s,
			})
		}
	}
	return list
}

// rollOutcome says what became of a file.
func rollOutcome(r staffing.Roll) string {
	switch {
	case r.AppliedAt == nil:
		return "尚未导入"
	case r.Asked == 0:
		return fmt.Sprintf("新增 %d 人", r.Created)
	default:
		return fmt.Sprintf("新增 %d 人，%d 人提交复核", r.Created, r.Asked)
	}
}

// rollDoes says, line by line, what importing would do.
func rollDoes(r staffing.Roll) []string {
	var list []string
	if n := r.Count(staffing.StandsNew); n > 0 {
		list = append(list, fmt.Sprintf("新增 %d 人，立即可用初始密码登录，首次登录须修改密码。", n))
	}
	if n := r.Count(staffing.StandsSecond); n > 0 {
		list = append(list, fmt.Sprintf("%d 名主管、风控、合规或管理员合为一件申请提交复核，同意之前不能登录。", n))
	}
	if n := r.Count(staffing.StandsLater); n > 0 {
		list = append(list, fmt.Sprintf("%d 人要等上级生效：之后再导入一次这个文件。", n))
	}
	if n := r.Count(staffing.StandsThere) + r.Count(staffing.StandsAsked); n > 0 {
		list = append(list, fmt.Sprintf("%d 人已存在或正在复核，不作改动。", n))
	}
	if n := r.Count(staffing.StandsRefused); n > 0 {
		list = append(list, fmt.Sprintf("%d 行有问题，不导入；改好后再上传，已导入的人不会重复。", n))
	}
	return list
}

// rollNothing says why nothing can be imported.
func rollNothing(r staffing.Roll) string {
	if r.Before != nil {
		return "同一个文件已在 " + r.Before.Format("01-02 15:04") + " 导入过。" + r.Words() + "。"
	}
	return r.Words() + "。"
}

func rollConfirm(r staffing.Roll) string {
	return fmt.Sprintf("导入 %d 人？", r.Count(staffing.StandsNew)+r.Count(staffing.StandsSecond))
}

// rollWait says that many take a while.
func rollWait(r staffing.Roll) string {
	if n := r.Count(staffing.StandsNew) + r.Count(staffing.StandsSecond); n > 200 {
		return "人数较多，要一两分钟，请勿关闭本页"
	}
	return ""
}

func problemWords(j staffing.Judged) []string {
	list := make([]string, len(j.Problems))
	for i, p := range j.Problems {
		list[i] = p.Sentence
		if p.Column != "" {
			list[i] = p.Column + "：" + p.Sentence
		}
	}
	return list
}

func standingKind(s staffing.Standing) ui.Kind {
	switch s {
	case staffing.StandsNew:
		return ui.OK
	case staffing.StandsSecond, staffing.StandsLater, staffing.StandsAsked:
		return ui.Warn
	case staffing.StandsRefused:
		return ui.Bad
	default:
		return ui.Plain
	}
}

func standingIcon(s staffing.Standing) string {
	switch s {
	case staffing.StandsNew:
		return "plus"
	case staffing.StandsSecond, staffing.StandsLater, staffing.StandsAsked:
		return "wait"
	case staffing.StandsRefused:
		return "x"
	default:
		return "check"
	}
}
