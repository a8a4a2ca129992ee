package customer_test

import (
	"strings"
	"testing"
	"time"

	"liuhen/internal/customer"
	"liuhen/internal/seal"
)

func TestMasks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		got  string
		want string
	}{
		{"mobile", customer.MaskMobile("13812345678"), "138****5678"},
		{"mobile with spaces", customer.MaskMobile("138 1234 5678"), "138****5678"},
		{"mobile with country code", customer.MaskMobile("+86-138-1234-5678"), "138****5678"},
		{"mobile in full width", customer.MaskMobile("１３８１２３４５６７８"), "138****5678"},
		{"a landline in the mobile's place", customer.MaskMobile("021-58881178"), "021-******78"},
		{"a short number", customer.MaskMobile("12345"), "****"},
		{"no mobile", customer.MaskMobile(""), "****"},
		{"landline", customer.MaskPhone("021-58881178"), "021-******78"},
		{"landline, four digit area", customer.MaskPhone("0571-8888 1199"), "0571-******99"},
		{"landline without area", customer.MaskPhone("58881178"), "******78"},
		{"email", customer.MaskEmail("alice.long.name@Example.COM"), "a***@example.com"},
		{"short email, same length", customer.MaskEmail("a@example.com"), "a***@example.com"},
		{"email with a Han name", customer.MaskEmail("张三@example.cn"), "张***@example.cn"},
		{"no email", customer.MaskEmail("not an address"), "****"},
		{"email without domain", customer.MaskEmail("alice@"), "****"},
		{"resident id", customer.MaskCertificate("resident_id", "310101199001011234"), "310***********1234"},
		{"resident id with x", customer.MaskCertificate("resident_id", "31010119900101123x"), "310***********123X"},
		{"passport", customer.MaskCertificate("passport", "E12345678"), "E****5678"},
		{"a document too short to show anything of", customer.MaskCertificate("foreign_id", "A1234"), "****"},
		{"resident id in lists", customer.MaskCertificateShort("310101199001011233"), "3****************3"},
		{"card", customer.MaskAccount("6222 0212 3456 1234"), "****1234"},
		{"short account", customer.MaskAccount("A-1787"), "****87"},
		{"very short account", customer.MaskAccount("576"), "****"},
		{"name", customer.MaskName("张三丰"), "张**"},
		{"name of two, same length", customer.MaskName("张三"), "张**"},
		{"compound surname", customer.MaskName("欧阳娜娜"), "欧阳**"},
		{"Latin name", customer.MaskName("John Smith"), "J**"},
		{"no name", customer.MaskName(" "), "**"},
		{"tail", customer.Tail("13812345678"), "5678"},
		{"tail with x", customer.Tail("31010119900101123x"), "123X"},
		{"no tail of a short number", customer.Tail("12345"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.got != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
}

func TestMaskAddressKeepsTheDistrictAndNoStreet(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"上海市浦东新区张江路 100 号":   "上海市浦东新区****",
		"浙江省杭州市西湖区文三路 5 号":   "浙江省杭州市西湖区****",
		"江苏省苏州市昆山市前进路 1 号":   "江苏省苏州市昆山市****",
		"新疆维吾尔自治区喀什地区莎车县团结路": "新疆维吾尔自治区喀什地区莎车县****",
		"湖北省恩施土家族苗族自治州利川市":   "湖北省恩施土家族苗族自治州利川市****",
		"上海市中山路 5 号阳光小区":     "上海市****",
		"上海市阳光小区 3 栋":        "****",
		"人民大道超市旁":            "****",
		"幸福路 12 号":           "****",
		"12 Baker Street":    "****",
		"":                   "",
	}
	for in, want := range tests {
		if got := customer.MaskAddress(in); got != want {
			t.Errorf("MaskAddress(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMaskTextHidesNumbersSomebodyTyped(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"请回电 13812345678 谢谢":            "请回电 138****5678 谢谢",
		"手机 138-1234-5678":              "手机 138****5678",
		"证件310101199001011234已核对":       "证件310***********1234已核对",
		"卡号 6222 0212 3456 7890 123 挂失": "卡号 ****0123 挂失",
		"工单 S-88131，金额 100000 元":        "工单 S-88131，金额 100000 元",
		"2026-11-23 09:52 来电":           "2026-11-23 09:52 来电",
	}
	for in, want := range tests {
		if got := customer.MaskText(in); got != want {
			t.Errorf("MaskText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBands(t *testing.T) {
	t.Parallel()
	tests := []struct {
		amount string
		want   int16
	}{
		{"-12.50", 0}, {"0", 0}, {"49999.99", 0}, {"50000", 1}, {"199999.99", 1}, {"200000.00", 2},
		{"500000", 3}, {"999999.99", 3}, {"1000000", 4}, {"3000000", 5}, {"5999999.99", 5}, {"6000000", 6}, {"98765432109876.54", 6},
	}
	for _, tt := range tests {
		got, err := customer.BandOf(tt.amount)
		if err != nil || got != tt.want {
			t.Errorf("BandOf(%s) = %d, %v, want %d", tt.amount, got, err, tt.want)
		}
	}
	if got := customer.BandOfFen(4_999_999); got != 0 {
		t.Errorf("BandOfFen(4,999,999) = %d", got)
	}
	if got := customer.BandOfFen(5_000_000); got != 1 {
		t.Errorf("BandOfFen(5,000,000) = %d", got)
	}
	if _, err := customer.BandOf("many"); err == nil {
		t.Error("BandOf takes a word for a number")
	}
	if six, none := int16(6), customer.BandLabel(nil); customer.BandLabel(&six) != "≥600万" || none != "未知" {
		t.Error("band labels")
	}
}

func TestGradeAndAgeLabels(t *testing.T) {
	t.Parallel()
	three, nine := int16(3), int16(9)
	for grade, want := range map[*int16]string{&three: "C3 稳健型", &nine: "未测评", nil: "未测评"} {
		if got := customer.GradeLabel(grade); got != want {
			t.Errorf("GradeLabel = %q, want %q", got, want)
		}
	}
	band := customer.BirthBand(time.Date(1978, 4, 2, 0, 0, 0, 0, time.UTC))
	if band != 1975 {
		t.Errorf("BirthBand = %d", band)
	}
	if got := customer.AgeBand(&band, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)); got != "47–51 岁" {
		t.Errorf("AgeBand = %q", got)
	}
	for _, tt := range []struct {
		band int16
		want string
	}{{1945, "77–81 岁"}, {1940, "80 岁以上"}, {1920, "80 岁以上"}, {2025, "0–1 岁"}, {0, "未知"}, {2030, "未知"}} {
		if got := customer.AgeBand(&tt.band, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)); got != tt.want {
			t.Errorf("AgeBand of %d = %q, want %q", tt.band, got, tt.want)
		}
	}
}

func TestAGradeCountsOnItsLastDay(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	evening := time.Date(2026, 11, 23, 23, 59, 0, 0, time.FixedZone("CST", 8*3600))
	if customer.GradeOver(&until, evening) || !customer.GradeOver(&until, evening.Add(2*time.Minute)) || customer.GradeOver(nil, evening) {
		t.Error("a grade is over on the day after its last")
	}
}

func TestPinyinReadsSurnamesAsSurnames(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, pinyin, initials string }{
		{"顾明远", "gumingyuan", "gmy"},
		{"曾雨薇", "zengyuwei", "zyw"},
		{"单田芳", "shantianfang", "stf"},
		{"解晓东", "xiexiaodong", "xxd"},
		{"仇英", "qiuying", "qy"},
		{"区志强", "ouzhiqiang", "ozq"},
		{"查良镛", "zhaliangyong", "zly"},
		{"朴树", "piaoshu", "ps"},
		{"尉迟恭", "yuchigong", "ycg"},
		{"万俟明", "moqiming", "mqm"},
		{"欧阳若兰", "ouyangruolan", "oyrl"},
		{"令狐冲", "linghuchong", "lhc"},
		{"吕布", "lvbu", "lb"},
		{"任重", "renzhong", "rz"},
		{"John Smith", "johnsmith", "js"},
		{"阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"},
		{"", "", ""},
	}
	for _, tt := range tests {
		if got := customer.Pinyin(tt.name); got != tt.pinyin {
			t.Errorf("Pinyin(%s) = %q, want %q", tt.name, got, tt.pinyin)
		}
		if got := customer.Initials(tt.name); got != tt.initials {
			t.Errorf("Initials(%s) = %q, want %q", tt.name, got, tt.initials)
		}
	}
}

func TestTokensDoNotDependOnHowANumberIsTyped(t *testing.T) {
	t.Parallel()
	key := seal.NewSearchKey()
	if a, b := customer.MobileToken(key, "13812345678"), customer.MobileToken(key, "+86 138-1234-5678"); string(a) != string(b) || a == nil {
		t.Error("mobile tokens differ")
	}
	if a, b := customer.CertificateToken(key, "31010119900101123x"), customer.CertificateToken(key, " 310101 19900101 123X"); string(a) != string(b) || a == nil {
		t.Error("certificate tokens differ")
	}
	if customer.MobileToken(key, "") != nil {
		t.Error("an empty number has a token")
	}
}

func FuzzMaskTextNeverLeavesAMobileNumber(f *testing.F) {
	f.Add("请回电 13812345678 谢谢")
	f.Add("1381234567813812345678")
	f.Fuzz(func(t *testing.T, s string) {
		if masked := customer.MaskText("号码 13912345678。" + s); strings.Contains(masked, "13912345678") {
			t.Errorf("%q is not masked", masked)
		}
	})
}
