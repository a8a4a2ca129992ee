package sourcing

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"liuhen/internal/chore"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// receive sends a file of the source crm as an administrator.
func (w *world) receive(by *staff.Member, name, body string) Received {
	w.t.Helper()
	got, err := w.Receive(context.Background(), by, Upload{Source: "crm", FileName: name, Body: strings.NewReader(body), DryRun: true})
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// finished runs what is queued and returns the report of an import.
func (w *world) finished(by *staff.Member, id int64) *Report {
	w.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan bool)
	go func() { chore.RunAll(ctx, w.log, w.Chores("")...); close(ended) }()
	defer func() { stop(); <-ended }()
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		r, err := w.Job(ctx, by, id)
		if err != nil {
			w.t.Fatal(err)
		}
		if r.State.Over() {
			return r
		}
	}
	w.t.Fatal("the import does not end")
	return nil
}

// sourced is a world with people and the source crm.
func sourced(t *testing.T) (*world, fixture.Staff) {
	t.Helper()
	w, people := staffed(t)
	w.db.MustExec(`INSERT INTO source_system (code, name, note) VALUES ('crm', '客户关系系统', '') ON CONFLICT DO NOTHING`)
	return w, people
}

const (
	unknownFile = "客户编号,客户姓名,身份证号,联系电话\nK1,顾明远,11010119900307803X,13800001111\nK2,何川,110101199003070134,13900002222\nK3,,110101199003070214,13900003333\n"
	formName    = "crm-people"
)

// saved maps the unknown file as proposed, and has it rehearsed.
func (w *world) saved(by *staff.Member) *Report {
	w.t.Helper()
	ctx := context.Background()
	got := w.receive(by, "people.csv", unknownFile)
	if got.Job != nil || got.Draft == 0 {
		w.t.Fatalf("an unknown file is %+v", got)
	}
	e, err := w.Edit(ctx, by, got.Draft, MappingForm{})
	if err != nil {
		w.t.Fatal(err)
	}
	form := e.Form
	form.Name = formName
	job, err := w.Remember(ctx, by, got.Draft, form, true)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.finished(by, job.ID)
}

func TestAnUnknownFileIsMappedRehearsedAndImported(t *testing.T) {
	t.Parallel()
	w, people := sourced(t)
	ctx, by := context.Background(), people.Admin1
	r := w.saved(by)
	if !r.DryRun || r.Accepted != 2 || r.Rejected != 1 || !r.Waits || r.Mapping != formName+"@1" || r.Title != "客户关系系统客户名单" {
		t.Fatalf("%+v", r.Job)
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM customer`); n != 0 {
		t.Fatalf("the dry run brought %d customers", n)
	}
	if p := r.Problems; len(p) != 1 || p[0].Column != "客户姓名" || p[0].Count != 1 || p[0].Lines[0] != 4 {
		t.Errorf("problems %+v", p)
	}
	if r.Preview == nil || len(r.Preview.Rows) != 3 || r.Preview.Sound != 2 {
		t.Fatalf("preview %+v", r.Preview)
	}
	shown, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"11010119900307803X", "13800001111", "顾明远", "何川", "K1"} {
		if strings.Contains(string(shown), secret) {
			t.Errorf("the report holds %s", secret)
		}
	}
	job, err := w.Proceed(ctx, by, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := w.Proceed(ctx, by, r.ID); fault.KindOf(err) != fault.Conflict {
		t.Errorf("gone on with twice: %+v %v", again, err)
	}
	if done := w.finished(by, job.ID); done.Accepted != 2 || done.RehearsalID != r.ID {
		t.Errorf("%+v", done.Job)
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM customer AS c JOIN identity_document AS d ON d.customer_id = c.id WHERE d.birth_date = '1990-03-07'`); n != 2 {
		t.Errorf("%d customers with a date of birth", n)
	}
	next := w.receive(by, "next.csv", unknownFile+"K4,新来,110101199003070396,13900004444\n")
	if next.Job == nil || next.Job.Mapping != formName+"@1" {
		t.Errorf("the next file is asked about: %+v", next)
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'source.mapping_saved' AND detail LIKE '%第 1 版%客户编号%'`); n != 1 {
		t.Errorf("%d lines of the trail", n)
	}
}

func TestAFileWhoseColumnsChangedSaysSo(t *testing.T) {
	t.Parallel()
	w, people := sourced(t)
	ctx, by := context.Background(), people.Admin1
	w.saved(by)
	got := w.receive(by, "moved.csv", "客户编号,客户姓名,身份证号,手机号,邮箱\nK1,顾明远,11010119900307803X,13800001111,a@b.cn\n")
	e, err := w.Edit(ctx, by, got.Draft, MappingForm{})
	if err != nil {
		t.Fatal(err)
	}
	if e.Former == nil || strings.Join(e.Added, "、") != "手机号、邮箱" || strings.Join(e.Missing, "、") != "联系电话" {
		t.Errorf("former %+v, added %v, missing %v", e.Former, e.Added, e.Missing)
	}
	if c := e.Form.Choices; c.Of("name").Column != "客户姓名" || c.Of("mobile").Column != "手机号" || c.Of("email").Column != "邮箱" || e.Form.Name != formName {
		t.Errorf("proposed %+v", e.Form)
	}
	job, err := w.Remember(ctx, by, got.Draft, e.Form, true)
	if err != nil || job.Mapping != formName+"@2" {
		t.Fatalf("%+v %v", job, err)
	}
	if _, err := w.Remember(ctx, by, got.Draft, e.Form, true); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a draft is dealt with twice: %v", err)
	}
}

func TestAMappingThatCannotBeIsRefusedFieldByField(t *testing.T) {
	t.Parallel()
	w, people := sourced(t)
	ctx, by := context.Background(), people.Admin1
	got := w.receive(by, "people.csv", unknownFile)
	good, err := w.Edit(ctx, by, got.Draft, MappingForm{})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*MappingForm)
		field  string
	}{
		"name":         {func(f *MappingForm) { f.Name = "Ab c" }, "name"},
		"shipped name": {func(f *MappingForm) { f.Name = "customers" }, "name"},
		"title":        {func(f *MappingForm) { f.Title = strings.Repeat("长", 61) }, "title"},
		"kind":         {func(f *MappingForm) { f.Choices.Kind = "nosuch" }, "kind"},
		"missing":      {func(f *MappingForm) { f.Choices = Choices{Kind: "customer", Fields: f.Choices.Fields[:1]} }, "c.name"},
		"foreign column": {func(f *MappingForm) {
			f.Choices.Fields = append(f.Choices.Fields, Choice{Target: "email", Column: "没有"})
		}, "c.email"},
		"nobody's": {func(f *MappingForm) { f.Choices = Choices{Kind: "holding", Fields: holdingOf("客户编号")} }, "c.customer_ref"},
		"own words": {func(f *MappingForm) {
			f.Choices.Fields = append(f.Choices.Fields, Choice{Target: "gender", Column: "身份证号", As: "enum:gender", Words: "01=某"})
		}, "w.gender"},
		"wrong converter": {func(f *MappingForm) {
			f.Choices.Fields = append(f.Choices.Fields, Choice{Target: "birth_date", Column: "身份证号", As: "decimal"})
		}, "c.birth_date"},
	} {
		t.Run(name, func(t *testing.T) {
			form := good.Form
			form.Choices.Fields = append([]Choice(nil), good.Form.Choices.Fields...)
			c.change(&form)
			_, err := w.Remember(ctx, by, got.Draft, form, true)
			f := fault.As(err)
			if f == nil || f.Kind != fault.Invalid || len(f.Fields) == 0 || f.Fields[len(f.Fields)-1].Name != c.field && f.Fields[0].Name != c.field {
				t.Errorf("%+v", err)
			}
		})
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM source_mapping`); n != 0 {
		t.Errorf("%d mappings were saved", n)
	}
}

// holdingOf chooses one column for everything a holding needs.
func holdingOf(column string) []Choice {
	var list []Choice
	k, _ := kindNamed("holding")
	for _, t := range k.Targets {
		if t.Required {
			list = append(list, Choice{Target: t.Key, Column: column, As: t.Converts[0].As})
		}
	}
	return list
}

func TestFilesThatAreNeverShown(t *testing.T) {
	t.Parallel()
	w, people := sourced(t)
	for name, c := range map[string]struct{ body, want string }{
		"no header": {"K1,顾明远,11010119900307803X,13800001111\nK2,何川,110101199003070134,13900002222\n", "第一行看起来是数据"},
		"c3":        {"客户编号,客户姓名,交易密码\nK1,顾明远,1\n", "C3"},
	} {
		_, err := w.Receive(context.Background(), people.Admin1, Upload{Source: "crm", FileName: name, Body: strings.NewReader(c.body)})
		if f := fault.As(err); f == nil || f.Kind != fault.Invalid || !strings.Contains(f.Sentence, c.want) || strings.Contains(f.Sentence, "顾明远") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(w.dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestASheetIsChosen(t *testing.T) {
	t.Parallel()
	w, people := sourced(t)
	ctx, by := context.Background(), people.Admin1
	book := excelize.NewFile()
	for sheet, rows := range map[string][][]any{
		"Sheet1": {{"说明", "备注"}, {"x", "y"}},
		"名单":     {{"客户号", "姓名"}, {"A1", "顾明远"}},
	} {
		if _, err := book.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := book.SetSheetRow(sheet, "A"+string(rune('1'+i)), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := w.receive(by, "book.xlsx", string(body))
	e, err := w.Edit(ctx, by, got.Draft, MappingForm{})
	if err != nil || !e.AsksSheet() {
		t.Fatalf("%+v %v", e, err)
	}
	if _, err := w.ChooseSheet(ctx, by, got.Draft, "没有"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a sheet that is not there: %v", err)
	}
	// The sheet fits the mapping for customers that comes with the program.
	chosen, err := w.ChooseSheet(ctx, by, got.Draft, "名单")
	if err != nil || chosen.Job == nil || chosen.Job.Sheet != "名单" {
		t.Fatalf("%+v %v", chosen, err)
	}
	if r := w.finished(by, chosen.Job.ID); r.Accepted != 1 {
		t.Errorf("%+v", r.Job)
	}
}

func TestMappingsAreForgedByNobody(t *testing.T) {
	t.Parallel()
	w, people := sourced(t)
	ctx := context.Background()
	w.saved(people.Admin1)
	const insert = `INSERT INTO source_mapping (name, version, source_id, title, columns, choices, created_by, created_name)
		SELECT 'forged', 1, s.id, 'x', ARRAY['a'], '{}', `
	for name, c := range map[string]struct {
		by *staff.Member
		q  string
	}{
		"a manager makes one":          {people.Manager1, insert + `acting_staff(), 'x' FROM source_system AS s WHERE s.code = 'crm'`},
		"in another's name":            {people.Admin1, insert + `(SELECT id FROM staff WHERE username = 'compliance1'), 'x' FROM source_system AS s WHERE s.code = 'crm'`},
		"a version is changed":         {people.Admin1, `UPDATE source_mapping SET choices = '{}'`},
		"a version is removed":         {people.Admin1, `DELETE FROM source_mapping`},
		"a version is left out":        {people.Admin1, `INSERT INTO source_mapping SELECT name, 3, source_id, title, columns, choices, acting_staff(), created_name, created_at FROM source_mapping`},
		"another source":               {people.Admin1, `INSERT INTO source_mapping SELECT m.name, 2, s.id, m.title, m.columns, m.choices, acting_staff(), m.created_name, m.created_at FROM source_mapping AS m, source_system AS s WHERE s.id <> m.source_id`},
		"a dry run is made a real one": {people.Admin1, `UPDATE import_job SET sheet = 'x'`},
	} {
		w.db.MustExec(`INSERT INTO source_system (code, name) VALUES ('other', '别的') ON CONFLICT DO NOTHING`)
		err := w.db.InTx(ctx, c.by.Actor(), func(tx *pg.Tx) error {
			n, err := tx.Exec(ctx, c.q)
			if err == nil && n == 0 {
				t.Errorf("%s: nothing was tried", name)
			}
			return err
		})
		if err == nil {
			t.Errorf("%s: the database lets it", name)
		}
	}
}

func TestWhatIsKeptForATimeGoes(t *testing.T) {
	t.Parallel()
	w, people := sourced(t)
	ctx, by := context.Background(), people.Admin1
	r := w.saved(by)
	got := w.receive(by, "other.csv", strings.Replace(unknownFile, "联系电话", "电话二", 1))
	w.db.Advance(25 * time.Hour)
	if _, err := w.Edit(ctx, by, got.Draft, MappingForm{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a draft of yesterday: %v", err)
	}
	if _, err := w.Proceed(ctx, by, r.ID); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a dry run of yesterday: %v", err)
	}
	if err := w.expire(ctx); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(w.dir, "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
