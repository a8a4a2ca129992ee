package sourcing

import (
	"maps"
	"slices"
	"strings"
)

// MaxWords is how many characters of own words a choice may have.
const MaxWords = 500

// ownWords reads what a source's own words mean, such as 01=男；02=女: each is
// given as one of the words that the table understands. reason says what is
// wrong.
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
		word, ok := known[means]
		if !ok || means == "" {
			return nil, "另有的写法里，等号后面应是认得的写法之一。" + understood(table) + "。"
		}
		words[own] = word
	}
	return words, ""
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

// Listed reports whether the target's cells go through a table of words.
func (t Target) Listed() bool {
	return slices.ContainsFunc(t.Converts, func(c Conversion) bool { return strings.HasPrefix(c.As, "enum:") })
}
