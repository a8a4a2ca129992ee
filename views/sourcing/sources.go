package sourcingview

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"liuhen/internal/sourcing"
	"liuhen/views/ui"
)

// SourcesPage is the list of source systems with the form for a new one.
type SourcesPage struct {
	Systems []sourcing.System
	Alarms  []sourcing.FolderAlarm
	Form    SystemForm
	// Manage is set for those who may change source systems.
	Manage bool
}

// SystemForm is the form of a source system as it was filled in.
type SystemForm struct {
	Code, Name, Note, Lag string
	Faults                map[string]string
}

// SourcePage is one source system.
type SourcePage struct {
	Report *sourcing.SystemReport
	Form   SystemForm
	Token  TokenForm
	// Secret is the token that was just issued; it is shown this once.
	Secret string
	Manage bool
}

// TokenForm is the form of a new token as it was filled in.
type TokenForm struct {
	Note   string
	Scopes []string
	Faults map[string]string
}

// FormOf fills the form with the system as it is.
func FormOf(s sourcing.System) SystemForm {
	f := SystemForm{Code: s.Code, Name: s.Name, Note: s.Note}
	if s.LagHours > 0 {
		f.Lag = strconv.Itoa(s.LagHours)
	}
	return f
}

func (f SystemForm) faults() []ui.FieldError { return listed(f.Faults, "code", "name", "note", "lag") }

func (f TokenForm) faults() []ui.FieldError { return listed(f.Faults, "scope", "note") }

// listed are the faults of a form in the order of its fields.
func listed(faults map[string]string, names ...string) []ui.FieldError {
	var list []ui.FieldError
	for _, name := range names {
		if text := faults[name]; text != "" {
			list = append(list, ui.FieldError{ID: "source-" + name, Text: text})
		}
	}
	return list
}

func (f TokenForm) scopes() []ui.Choice {
	var list []ui.Choice
	for _, r := range sourcing.Resources() {
		c := ui.Choice{Name: "scope", Value: r.Name, Label: r.Label, Many: true}
		for _, chosen := range f.Scopes {
			c.Checked = c.Checked || chosen == r.Name
		}
		list = append(list, c)
	}
	return list
}

// health and healthIcon paint how a source keeps time.
func health(h sourcing.Health) ui.Kind {
	switch h {
	case sourcing.InTime:
		return ui.OK
	case sourcing.Late:
		return ui.Bad
	case sourcing.Silent:
		return ui.Warn
	default:
		return ui.Plain
	}
}

func healthIcon(h sourcing.Health) string {
	switch h {
	case sourcing.InTime:
		return "check"
	case sourcing.Late, sourcing.Silent:
		return "alert"
	default:
		return "minus"
	}
}

// since writes how long ago something was.
func since(at, now time.Time) string {
	d := now.Sub(at)
	switch {
	case d < time.Minute:
		return "刚刚"
	case d < time.Hour:
		return fmt.Sprintf("%d 分钟前", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d 小时前", int(d.Hours()))
	default:
		return fmt.Sprintf("%d 天前", int(d.Hours()/24))
	}
}

// alarm writes when a source is late.
func alarm(s sourcing.System) string {
	if s.LagHours == 0 {
		return "未设"
	}
	return fmt.Sprintf("超过 %d 小时", s.LagHours)
}

// trouble says what was wrong with an import.
func trouble(j sourcing.Job) string {
	if j.State == sourcing.Failed {
		return j.Error
	}
	return "拒绝 " + ui.Number(j.Rejected) + " 行"
}

// lateText names the blocks that are late.
func lateText(s sourcing.System) string {
	var late []string
	for _, b := range s.Blocks {
		if b.Late {
			late = append(late, b.Label()+"（"+since(b.SyncedAt, s.Now)+"）")
		}
	}
	return strings.Join(late, "、")
}

// used says when a token was last used.
func used(t sourcing.Token, now time.Time) string {
	if t.UsedAt == nil {
		return "从未使用"
	}
	return since(*t.UsedAt, now)
}

// lateCount is how many sources are late or silent.
func (p SourcesPage) lateCount() int {
	n := 0
	for i := range p.Systems {
		if h := p.Systems[i].Health(); h == sourcing.Late || h == sourcing.Silent {
			n++
		}
	}
	return n
}
