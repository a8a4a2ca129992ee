package sourcing

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"liuhen/internal/fault"
	"liuhen/internal/staff"
)

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEveryFormOfOneFileSaysTheSame(t *testing.T) {
	t.Parallel()
	const plain = "客户号,姓名,手机\nA1,\"顾,明\"\"远\",13800001111\nA2,何川,\n"
	for name, body := range map[string][]byte{
		"plain":     []byte(plain),
		"mark":      []byte("\ufeff" + plain),
		"gzip":      zipped(t, plain),
		"semicolon": []byte("客户号;姓名;手机\nA1;\"顾,明\"\"远\";13800001111\nA2;何川;\n"),
		"tab":       []byte("客户号\t姓名\t手机\nA1\t\"顾,明\"\"远\"\t13800001111\nA2\t何川\t\n"),
		"crlf":      []byte(strings.ReplaceAll(plain, "\n", "\r\n")),
		"blanks":    []byte("客户号,姓名,手机\n\nA1,\"顾,明\"\"远\",13800001111\n\n\nA2,何川,"),
		"aliases":   []byte("customer_no,name,mobile\nA1,\"顾,明\"\"远\",13800001111\nA2,何川,\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 0)
			w.wantDone(w.take("customers", body), 2, 0, 0, 0)
			if n := w.db.QueryInt(`SELECT count(*) FROM customer WHERE name = '顾,明"远' AND mobile_mask = '138****1111' AND mobile_tail = '1111'`); n != 1 {
				t.Error("the first customer is not as written")
			}
			if n := w.db.QueryInt(`SELECT count(*) FROM contact_point`); n != 1 {
				t.Errorf("%d contact points, want 1", n)
			}
		})
	}
}

func TestFilesThatAreRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	long := "客户号,姓名\nA1,\"" + strings.Repeat("长", 400_000) + "\n"
	for name, c := range map[string]struct{ body, want string }{
		"empty":           {"", "文件是空的"},
		"header only":     {"客户号,姓名\n", "只有表头"},
		"missing columns": {"客户号,备注\nA1,x\n", "缺少「客户名单（通用）」映射需要的列：姓名"},
		"not utf-8":       {"客户号,姓名\nA1,\xb9\xcb\xc3\xf7\n", "第 2 行不是 UTF-8"},
		"neither":         {"\xbf\xcd\xbb\xa7\xba\xc5,\xd0\xd5\xc3\xfb\nA1,\xb9\xff\xff\n", "第 2 行既不是 UTF-8 也不是 GB18030"},
		"old excel":       {"\xd0\xcf\x11\xe0\xa1\xb1", "旧版 Excel"},
		"utf-16":          {"\xff\xfea\x00", "UTF-16"},
		"excel":           {"PK\x03\x04xxxx", "工作簿打不开"},
		"too long a line": {long, "超过 1 MB"},
		"password":        {"客户号,姓名,登录密码\nA1,x,y\n", "列「登录密码」属于 C3"},
		"pin and cvv":     {"客户号,姓名,cardPin,CVV2\nA1,x,1,2\n", "列「cardPin」、「CVV2」属于 C3"},
		"face":            {"客户号,姓名,face_template\nA1,x,1\n", "列「face_template」属于 C3"},
		"track two":       {"客户号,姓名,备注\nA1,x,y\nA2,x,;6222021234567890123=29121010000012300000?\n", "第 3 行的内容像银行卡磁道"},
		"track one":       {"客户号,姓名,备注\nA1,x,%B6222021234567890^ZHANG/SAN^2912101000000?\n", "第 2 行的内容像银行卡磁道"},
		"cut gzip":        {string(zipped(t, "客户号,姓名\n"+strings.Repeat("A1,顾明远\n", 100))[:40]), "已损坏"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 0)
			j, err := w.RunNow(context.Background(), staff.Program(), Upload{Mapping: "customers", FileName: "x.csv", Body: strings.NewReader(c.body)}, nil)
			sentence := ""
			if f := fault.As(err); f != nil {
				sentence = f.Sentence
			} else if err == nil && j.State == Failed {
				sentence = j.Error
			}
			if !strings.Contains(sentence, c.want) {
				t.Errorf("refused with %q (%v), want %q", sentence, err, c.want)
			}
			if n := w.db.QueryInt(`SELECT count(*) FROM customer`); n != 0 {
				t.Errorf("%d customers came in", n)
			}
			left, err := filepath.Glob(filepath.Join(w.dir, "*"))
			if err != nil || len(left) > 0 {
				t.Errorf("files left behind: %v %v", left, err)
			}
		})
	}
}

func TestHarmlessColumnsAreNotSecret(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"pinyin", "shipping", "surface", "tracking_no", "spinner", "opinion", "interface", "客户号", "面签日期"} {
		if isSecret(name) {
			t.Errorf("%q counts as secret", name)
		}
	}
	for _, name := range []string{"PWD", "user_password", "Pin", "card-pin", "CVN2", "cvc", "track2", "Track 1", "指纹模板", "人脸特征", "交易密码", "faceId"} {
		if !isSecret(name) {
			t.Errorf("%q does not count as secret", name)
		}
	}
}

func TestRejectedRowsNameLineAndColumnButNoValue(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	j := w.takeText("customers",
		"客户号,姓名,手机,邮箱,性别,开户日期,机构号,主办工号",
		"A1,顾明远,13800001111,a@example.com,男,2020-01-31,000,",
		"A2,,13800001112,,,,,",
		"A3,何川,secret-phone,,,,,",
		"A4,何川,,secret-mail,,,,",
		"A5,何川,,,外星,,,",
		"A6,何川,,,,2021-02-30,,",
		"A7,何川,,,,,999,",
		"A8,何川,,,,,,77777",
		"A9,何川",
		"A\x00,何川,,,,,,",
		"\"B1\"x,何川,,,,,,",
		"\"B2\",\"多",
		"行\",,,,,,",
		"C1,"+strings.Repeat("长", 61)+",,,,,,",
		"\"open,何川,,,,,,")
	w.wantDone(j, 2, 0, 0, 12)
	want := []Reject{
		{3, "姓名", "不能为空"},
		{4, "手机", "不是有效的电话号码"},
		{5, "邮箱", "不是有效的邮箱"},
		{6, "性别", "取值不在对照表中"},
		{7, "开户日期", "不是有效的日期"},
		{8, "机构号", "没有这个机构号"},
		{9, "主办工号", "没有这个工号"},
		{10, "", "有 2 列，表头有 8 列"},
		{11, "", "含有空字符（NUL）"},
		{12, "", "引号后面还有内容"},
		{15, "姓名", "超过 60 个字"},
		{16, "", "引号没有闭合"},
	}
	got := w.rejects(j.ID)
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("rejects %+v\nwant %+v", got, want)
		}
	}
	var csv bytes.Buffer
	if err := w.Rejects(context.Background(), staff.Program(), j.ID, &csv); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(csv.String(), "\ufeff行号,列,原因\r\n3,\"姓名\",\"不能为空\"\r\n") || strings.Contains(csv.String(), "secret") {
		t.Errorf("rejects file %q", csv.String())
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM customer WHERE name = '何川' OR name = '顾明远' OR name = '多 行'`); n != 2 {
		t.Errorf("%d customers", n)
	}
}

func TestCellsOfRejectsAreNoFormulas(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"姓名": `"姓名"`, "": `""`, "=1+1": `"'=1+1"`, "@x": `"'@x"`, "-3": `"'-3"`, `a"b`: `"a""b"`, "＝x": `"'＝x"`,
	} {
		if got := cell(in); got != want {
			t.Errorf("cell(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestOnlyThoseWithThePermissionImport(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	for _, role := range []staff.Role{staff.Manager, staff.Supervisor, staff.Risk, staff.Auditor} {
		by := &staff.Member{ID: 5, Role: role}
		_, err := w.Start(context.Background(), by, Upload{Mapping: "customers", Body: strings.NewReader("x")})
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s may import: %v", role, err)
		}
	}
	_, err := w.Job(context.Background(), staff.Program(), 99)
	if fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown import: %v", err)
	}
}

func TestFieldsBehindTheFileCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	u := Upload{FileName: `C:\x\名单.csv`, Body: strings.NewReader("客户号,姓名\nA1,何川\n"), After: func(u *Upload) error { u.Mapping = "customers"; return nil }}
	j, err := w.Start(context.Background(), staff.Program(), u)
	if err != nil || j.Mapping != "customers" || j.FileName != "名单.csv" || j.State != Queued {
		t.Fatalf("%+v %v", j, err)
	}
	info, err := os.Stat(w.path(j.ID))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("kept as %v %v", info, err)
	}
	u.After = func(*Upload) error { return errors.New("torn") }
	u.Body = strings.NewReader("客户号,姓名\nA1,何川\n")
	if _, err := w.Start(context.Background(), staff.Program(), u); err == nil {
		t.Error("a torn form was taken")
	}
}
