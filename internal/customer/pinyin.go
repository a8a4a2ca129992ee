package customer

import (
	"strings"
	"sync"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// compoundSurnames are surnames of two characters, with their reading.
var compoundSurnames = sync.OnceValue(func() map[string][]string {
	return map[string][]string{
		"欧阳": {"ou", "yang"}, "司马": {"si", "ma"}, "上官": {"shang", "guan"}, "诸葛": {"zhu", "ge"},
		"东方": {"dong", "fang"}, "皇甫": {"huang", "fu"}, "尉迟": {"yu", "chi"}, "公孙": {"gong", "sun"},
		"令狐": {"ling", "hu"}, "慕容": {"mu", "rong"}, "宇文": {"yu", "wen"}, "长孙": {"zhang", "sun"},
		"司徒": {"si", "tu"}, "司空": {"si", "kong"}, "夏侯": {"xia", "hou"}, "万俟": {"mo", "qi"},
		"单于": {"chan", "yu"}, "澹台": {"tan", "tai"}, "端木": {"duan", "mu"}, "百里": {"bai", "li"},
		"呼延": {"hu", "yan"}, "东郭": {"dong", "guo"}, "西门": {"xi", "men"}, "南宫": {"nan", "gong"},
		"独孤": {"du", "gu"}, "轩辕": {"xuan", "yuan"}, "赫连": {"he", "lian"}, "拓跋": {"tuo", "ba"},
		"钟离": {"zhong", "li"}, "太史": {"tai", "shi"}, "鲜于": {"xian", "yu"}, "申屠": {"shen", "tu"},
		"闻人": {"wen", "ren"}, "濮阳": {"pu", "yang"}, "淳于": {"chun", "yu"}, "公冶": {"gong", "ye"},
		"宗政": {"zong", "zheng"}, "仲孙": {"zhong", "sun"}, "第五": {"di", "wu"}, "纳兰": {"na", "lan"},
	}
})

// surnames are surnames that are read otherwise than the character usually is.
var surnames = sync.OnceValue(func() map[rune]string {
	return map[rune]string{
		'曾': "zeng", '单': "shan", '解': "xie", '仇': "qiu", '区': "ou", '查': "zha", '朴': "piao",
		'任': "ren", '盖': "ge", '员': "yun", '召': "shao", '翟': "zhai", '缪': "miao", '覃': "qin",
		'乐': "yue", '冼': "xian", '洗': "xian", '秘': "bi", '种': "chong", '繁': "po", '黑': "he", '折': "she",
		'祭': "zhai", '隗': "wei", '郗': "xi", '郇': "xun", '牟': "mou", '谌': "chen", '重': "chong",
		'华': "hua", '纪': "ji", '宁': "ning", '宓': "mi", '尉': "wei", '沈': "shen", '石': "shi", '车': "che",
		'长': "chang", '都': "du", '那': "na", '撒': "sa", '颉': "xie", '晟': "cheng", '佴': "nai", '阚': "kan",
		'强': "qiang", '曲': "qu", '贾': "jia", '葛': "ge", '万': "wan", '俞': "yu", '柏': "bai", '应': "ying",
		'么': "yao", '适': "kuo", '句': "gou", '藏': "zang", '会': "gui", '能': "nai", '行': "xing", '夏': "xia",
	}
})

// surnameLength returns how many of the runes of a name are its surname.
func surnameLength(name []rune) int {
	if len(name) > 2 {
		if _, ok := compoundSurnames()[string(name[:2])]; ok {
			return 2
		}
	}
	return 1
}

// syllables returns the reading of each character of a name, without tones and
// with v for ü, and each word of Latin letters or digits as one syllable.
func syllables(name string) []string {
	runes := []rune(strings.TrimSpace(name))
	var out []string
	at := 0
	if len(runes) >= 2 {
		if reading, ok := compoundSurnames()[string(runes[:2])]; ok {
			out, at = append(out, reading...), 2
		}
	}
	if at == 0 && len(runes) > 0 {
		if reading, ok := surnames()[runes[0]]; ok {
			out, at = append(out, reading), 1
		}
	}
	return append(out, readings(runes[at:])...)
}

// readings returns the usual reading of each Han character and each Latin word.
func readings(runes []rune) []string {
	var out []string
	args := pinyin.NewArgs()
	inWord := false
	for _, r := range runes {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		han := pinyin.SinglePinyin(r, args)
		latin := r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r))
		switch {
		case len(han) > 0:
			out = append(out, han[0])
		case latin && inWord:
			out[len(out)-1] += string(unicode.ToLower(r))
		case latin:
			out = append(out, string(unicode.ToLower(r)))
		}
		inWord = latin
	}
	return out
}

// Pinyin returns the whole reading of a name in lower-case letters without
// spaces: gumingyuan for 顾明远. Surnames have their own readings: 单 is shan.
func Pinyin(name string) string {
	return strings.Join(syllables(name), "")
}

// Initials returns the first letter of each syllable: gmy for 顾明远.
func Initials(name string) string {
	var b strings.Builder
	for _, s := range syllables(name) {
		b.WriteByte(s[0])
	}
	return b.String()
}
