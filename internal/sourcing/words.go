package sourcing

import (
	"maps"
	"strings"
)

// MaxWords is how many characters of own words a choice may have.
const MaxWords = 500

// nothing stands for an empty cell among a source's own words.
const nothing = "（空）"

// ownWords reads what a source's own words mean, such as 01=男；02=女: each is
// given as one of the words that the table understands, or, where the table takes
// any word, as the word itself. reason says what is wrong.
func ownWords(table, text string) (words map[string]string, reason string) {
	known := listTables()[table]
	words = map[string]string{}
	if over(text, MaxWords) {
		return nil, "另有的写法太长，最多 500 个字。"
	}
	for pair := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("；;，,、\n", r) }) {
		own, means, found := strings.Cut(strings.ReplaceAll(pair, "＝", "="), "=")
		own, means = tidy(own), tidy(means)
		if !found || own == "" {
			return nil, "另有的写法应写成「01=男；02=女」这样，等号前面是文件里的写法。"
		}
		if means == "" {
			return nil, "另有的写法里，等号后面不能空着；表示没有内容请写「（空）」。"
		}
		word, ok := known[plainWord(means)]
		if table == ownTable || table == "currency" && isCurrency(means) {
			word, ok = plainWord(means), true
		}
		if !ok {
			return nil, "另有的写法里，等号后面应是认得的写法之一。" + understood(table) + "。"
		}
		words[plainWord(own)] = word
	}
	return words, ""
}

// plainWord is the cell that a written word stands for.
func plainWord(s string) string {
	if s == nothing || s == "(空)" {
		return ""
	}
	return s
}

// table is the target's table with the choice's own words in it; its name is
// then the target's own.
func (t Target) table(c Choice) (name string, words map[string]string) {
	_, name, _ = strings.Cut(c.As, ":")
	if name == "" {
		return "", nil
	}
	words = listTables()[name]
	own, reason := ownWords(name, c.Words)
	if reason != "" || len(own) == 0 {
		return name, words
	}
	words = maps.Clone(words)
	maps.Copy(words, own)
	return name + "-" + t.Key, words
}

// Listed reports whether the cells go through a table of words as they are chosen
// to be read.
func (c Choice) Listed() bool { return strings.HasPrefix(c.As, "enum:") }

// AnyWord reports whether the table takes every word, so that both sides of an
// own word are free.
func (c Choice) AnyWord() bool { return c.As == "enum:"+ownTable }

// written is what a fixed text stands for in the target's field; reason says what
// is wrong with it.
func (t Target) written(fixed string) (value, reason string) {
	e, _ := entityOf(t.entity)
	column, _ := e.column(t.field)
	value = fixed
	if _, table, listed := strings.Cut(t.Converts[0].As, "enum:"); listed {
		if value, reason = lookUp(listTables()[table], fixed); reason != "" || value == "" {
			return "", "应是认得的写法之一。" + understood(table) + "。"
		}
	}
	return value, column.fits(value)
}
