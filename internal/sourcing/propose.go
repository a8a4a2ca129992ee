package sourcing

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Choices say which columns of a file become which fields.
type Choices struct {
	Kind   string   `json:"kind"` // a FileKind's word
	Fields []Choice `json:"fields"`
}

// Choice is the column of one target.
type Choice struct {
	Target string `json:"target"`
	Column string `json:"column"`
	As     string `json:"as"`              // one of the target's conversions
	Words  string `json:"words,omitempty"` // what the source's own words mean, for a table: 01=男；02=女
	Fixed  string `json:"fixed,omitempty"` // what is written for every row; Column is then empty
	Why    string `json:"-"`               // what a proposal goes by, on screen
}

// Made reports whether anything is chosen.
func (c Choice) Made() bool { return c.Column != "" || c.Fixed != "" }

// Of returns the choice for a target; without one its Column is empty.
func (c Choices) Of(target string) Choice {
	for _, f := range c.Fields {
		if f.Target == target {
			return f
		}
	}
	return Choice{Target: target}
}

// tidied are the choices that say something, without blanks around them.
func (c Choices) tidied() Choices {
	list := make([]Choice, 0, len(c.Fields))
	for _, f := range c.Fields {
		if f.Fixed = plain(f.Fixed); f.Made() {
			list = append(list, f)
		}
	}
	return Choices{Kind: c.Kind, Fields: list}
}

// Scores of a proposal. A target that rows need is proposed on weaker grounds.
const (
	sameName    = 60
	partOfName  = 35
	tellingLook = 45 // certificates, mobiles and mail addresses are like nothing else
	fittingLook = 25
	wrongLook   = -60
	enough      = 30
	enoughNeed  = 20
)

// propose proposes the columns for a kind, and says how good the proposal is.
func propose(k FileKind, columns []profile) (Choices, int) {
	type pair struct {
		target Target
		column *profile
		score  int
		why    string
	}
	var pairs []pair
	for _, t := range k.Targets {
		for i := range columns {
			if columns[i].name == "" {
				continue
			}
			score, why := fitness(t, &columns[i])
			if score >= enough || t.Required && score >= enoughNeed {
				pairs = append(pairs, pair{t, &columns[i], score, why})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.score, a.score) })
	c := Choices{Kind: k.Word}
	used := map[string]bool{}
	total := 0
	for _, p := range pairs {
		if used[p.column.name] || c.Of(p.target.Key).Column != "" {
			continue
		}
		used[p.column.name] = true
		total += p.score
		c.Fields = append(c.Fields, Choice{Target: p.target.Key, Column: p.column.name, As: usualAs(p.target, p.column), Why: p.why})
	}
	for _, t := range k.Targets {
		if t.Required && c.Of(t.Key).Column == "" {
			total -= 70
		}
	}
	return c, total
}

// proposeKind proposes the columns for the kind that fits best.
func proposeKind(columns []profile) Choices {
	var best Choices
	top := 0
	for i, k := range FileKinds() {
		if c, score := propose(k, columns); i == 0 || score > top {
			best, top = c, score
		}
	}
	return best
}

// fitness says how well a column fits a target, and by what.
func fitness(t Target, p *profile) (score int, why string) {
	name := nameFit(t, p.name)
	look := lookFit(t, p)
	switch {
	case name > 0 && look > 0:
		why = "列名和内容"
	case name > 0:
		why = "列名"
	default:
		why = "内容"
	}
	return name + look, why
}

func nameFit(t Target, column string) int {
	flat := flatName(column)
	part := 0
	for i, name := range t.names {
		want := flatName(name)
		if flat == want {
			return sameName - min(i, 9)
		}
		if len(want) >= 6 && strings.Contains(flat, want) {
			part = max(part, partOfName-min(i, 9))
		}
	}
	return part
}

// flatName is a column's name without case, blanks and punctuation.
func flatName(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

func lookFit(t Target, p *profile) int {
	if p.filled == 0 || t.content == anyText {
		return 0
	}
	switch t.content {
	case numbers:
		if p.distinct == p.filled && p.looks[certificates] == 0 && p.looks[mobiles] == 0 && p.looks[personNames] < p.filled {
			return enoughNeed
		}
		return wrongLook / 2
	case inTable:
		table, _ := strings.CutPrefix(t.Converts[0].As, "enum:")
		return judged(p.share(p.lists[table]), fittingLook-10)
	case personNames:
		if p.share(p.looks[personNames]) >= 0.8 {
			return fittingLook
		}
		return 0 // names are written in many ways
	case certificates:
		if p.share(p.looks[certificates]) >= 0.8 {
			return tellingLook
		}
		return 0 // passports look like anything
	case mobiles, emails:
		return judged(p.share(p.looks[t.content]), tellingLook)
	default:
		return judged(p.share(p.looks[t.content]), fittingLook)
	}
}

// judged rewards a column of which most looks right and keeps off one of which
// most does not.
func judged(share float64, reward int) int {
	switch {
	case share >= 0.8:
		return reward
	case share < 0.5:
		return wrongLook
	default:
		return 0
	}
}

// usualAs is the conversion that a column's cells ask for.
func usualAs(t Target, p *profile) string {
	as := t.Converts[0].As
	if t.content == days && len(t.Converts) > 1 && p.shorts*2 > p.filled {
		as = "yymmdd"
	}
	if t.content == amounts && p.commas*2 > p.filled {
		as = "decimal_comma"
	}
	return as
}
