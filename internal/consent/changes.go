package consent

import (
	"fmt"
	"slices"
	"strings"

	"liuhen/internal/approval"
)

// Changes lists what is different from an older version, part by part: what is
// gone stands before, what is new after.
func (w Wording) Changes(old Wording) []approval.Fact {
	var list []approval.Fact
	add := func(label, before, after string) {
		if before != after {
			list = append(list, approval.Fact{Label: label, Before: before, After: after})
		}
	}
	add("标题", old.Title, w.Title)
	add("引言", old.Intro, w.Intro)
	gone, added := paragraphs(old.Body, w.Body), paragraphs(w.Body, old.Body)
	add("正文", gone, added)
	for _, c := range Leaves() {
		was, had := old.Text(c)
		now, has := w.Text(c)
		switch {
		case !had && has:
			list = append(list, approval.Fact{Label: c.Label(), After: "新增：" + now.summary()})
		case had && !has:
			list = append(list, approval.Fact{Label: c.Label(), Before: was.summary(), After: "不再提供"})
		case had && has:
			add(c.Label()+" · 内容", was.Purpose, now.Purpose)
			add(c.Label()+" · 频次", was.Frequency, now.Frequency)
			add(c.Label()+" · 渠道", names(was.Channels), names(now.Channels))
			add(c.Label()+" · 有效期", months(was.Months), months(now.Months))
		}
	}
	return list
}

// paragraphs returns those of a that b lacks, and one line to say that only their
// order or number changed.
func paragraphs(a, b string) string {
	var gone []string
	have := strings.Split(b, "\n")
	for _, p := range strings.Split(a, "\n") {
		if p != "" && !slices.Contains(have, p) {
			gone = append(gone, p)
		}
	}
	if len(gone) == 0 && a != b {
		return fmt.Sprintf("共 %d 段", len(strings.Split(a, "\n")))
	}
	return strings.Join(gone, "\n")
}

func (t Text) summary() string {
	return t.Purpose + " · " + t.Frequency + " · " + names(t.Channels) + " · " + months(t.Months)
}

func names(list []Channel) string {
	words := make([]string, len(list))
	for i, c := range list {
		words[i] = c.Label()
	}
	return strings.Join(words, "、")
}

func months(n int) string {
	if n == 0 {
		return "到撤回为止"
	}
	return fmt.Sprintf("%d 个月", n)
}

// Lasts says for how long a consent to the text counts.
func (t Text) Lasts() string { return months(t.Months) }

// AsksAgain lists the categories that a version asks anew.
func (w Wording) AsksAgain() []Category {
	var list []Category
	for _, t := range w.Texts {
		if t.AskAgain {
			list = append(list, t.Category)
		}
	}
	return list
}
