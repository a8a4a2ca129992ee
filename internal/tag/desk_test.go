package tag_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/staff"
	"liuhen/internal/tag"
)

// office is a house with a desk for rules and the engine that approves them.
type office struct {
	house
	desk   *tag.Desk
	engine *approval.Engine
}

func newOffice(t *testing.T) office {
	t.Helper()
	h := newHouse(t)
	return office{h, tag.NewDesk(h.db.DB), approval.NewEngine(h.db.DB, map[approval.Kind]approval.Effect{approval.TagRule: tag.Publishing{}})}
}

func (o office) decide(by *staff.Member, id int64, verb approval.Verb) {
	o.t.Helper()
	if err := o.engine.Decide(context.Background(), by, id, approval.Verdict{Verb: verb, Comment: "已核对条件与影响"}); err != nil {
		o.t.Fatal(err)
	}
}

func must(t *testing.T, err error, kind fault.Kind, part string) {
	t.Helper()
	if fault.KindOf(err) != kind || err == nil || !strings.Contains(err.Error(), part) {
		t.Errorf("err = %v, want %v with %q", err, kind, part)
	}
}

func c3(name string) tag.Draft {
	return tag.Draft{Name: name, Group: tag.Basic, All: []tag.Row{{Simple: tag.Simple{Code: "grade", Value: "C3"}}}}
}

// A rule goes its way: drafted by one, published by another, tags appear; the
// next version changes who has it; retiring it takes it away. History stays.
func TestARuleIsPublishedByTwoPeople(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx, risk, compliance := context.Background(), o.people.Risk1, o.people.Compliance1
	three, _ := o.customer(fixture.File{Grade: 3, AccountNo: "1"})
	four, _ := o.customer(fixture.File{Grade: 4, AccountNo: "2"})
	id, err := o.desk.Create(ctx, risk, c3("稳健客户"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := o.desk.Preview(ctx, risk, id)
	if err != nil || p.Gain.Count() != "1 位" || len(p.Gain.Examples) != 1 || p.Gain.Examples[0].ID != three {
		t.Fatalf("preview %+v: %v", p.Gain, err)
	}
	must(t, o.desk.Submit(ctx, compliance, id), fault.Conflict, "没有您编写的草稿")
	must(t, o.desk.Save(ctx, compliance, id, c3("稳健客户")), fault.Conflict, "正在编写")
	if err := o.desk.Submit(ctx, risk, id); err != nil {
		t.Fatal(err)
	}
	must(t, o.desk.Save(ctx, risk, id, c3("稳健客户")), fault.Conflict, "等待复核")
	o.settle()
	if o.has(three, id) {
		t.Error("a version that waits gives tags")
	}
	first := o.db.QueryInt(`SELECT max(id) FROM approval`)
	o.decide(compliance, first, approval.Approve)
	if run := o.settle(); run == nil || run.Cause != "publish" || !o.has(three, id) || o.has(four, id) {
		t.Fatalf("after publishing: %+v, %v, %v", run, o.has(three, id), o.has(four, id))
	}
	next := c3("稳健以上客户")
	next.All[0].Value = "C4，C3"
	if err := o.desk.Save(ctx, compliance, id, next); err != nil {
		t.Fatal(err)
	}
	if err := o.desk.Submit(ctx, compliance, id); err != nil {
		t.Fatal(err)
	}
	o.decide(risk, o.db.QueryInt(`SELECT max(id) FROM approval`), approval.Approve)
	o.settle()
	if !o.has(three, id) || !o.has(four, id) {
		t.Error("the second version does not tag both")
	}
	if n := o.db.QueryInt(`SELECT count(*) FROM customer_tag WHERE rule_id = $1`, id); n != 2 {
		t.Errorf("%d tags: who kept it was tagged anew", n)
	}
	r, err := o.desk.Rule(ctx, risk, id)
	if err != nil || r.Name != "稳健以上客户" || r.InForce != 2 || len(r.Versions) != 2 || r.Versions[1].State != tag.Retired || r.Tagged != 2 {
		t.Errorf("rule %+v: %v", r, err)
	}
	must(t, o.desk.Retire(ctx, risk, id, "短"), fault.Invalid, "停用理由")
	if err := o.desk.Retire(ctx, risk, id, "改由资产与等级合并的新规则给出"); err != nil {
		t.Fatal(err)
	}
	o.settle()
	if o.has(three, id) || o.db.QueryInt(`SELECT count(*) FROM customer_tag WHERE rule_id = $1 AND ended = 'retired'`, id) != 2 {
		t.Error("a retired rule keeps its tags")
	}
}

// What is not approved is its author's draft again.
func TestARefusedVersionGoesBackToItsAuthor(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := context.Background()
	id, err := o.desk.Create(ctx, o.people.Risk1, c3("稳健客户"))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []approval.Verb{approval.Reject, approval.Return} {
		if err := o.desk.Submit(ctx, o.people.Risk1, id); err != nil {
			t.Fatal(err)
		}
		o.decide(o.people.Compliance1, o.db.QueryInt(`SELECT max(id) FROM approval`), verb)
		r, err := o.desk.Rule(ctx, o.people.Risk1, id)
		if err != nil || r.Latest().State != tag.Drafted {
			t.Errorf("after %s: %s, %v", verb, r.Latest().State, err)
		}
	}
	if err := o.desk.Save(ctx, o.people.Risk1, id, c3("稳健型客户")); err != nil {
		t.Error(err)
	}
}

// A rule that tells an amount belongs to the group it tells of; a preview over a
// closed group names only whom the viewer may see, and no small numbers.
func TestARuleTellsNoMoreThanItsGroup(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx, by := context.Background(), o.people.Compliance1
	rich := tag.Row{Simple: tag.Simple{Code: "holdings_from", Value: "500000"}}
	flow := tag.Row{Simple: tag.Simple{Code: "out_sum", Value: "1000", Days: 30}}
	for part, in := range map[string]tag.Draft{
		"标签须属于「资产」":    {Name: "富裕客户", Group: tag.Basic, All: []tag.Row{rich}},
		"请拆成两条规则":      {Name: "富裕客户", Group: tag.Assets, All: []tag.Row{rich, flow}},
		"标签不必属于":       {Name: "富裕客户", Group: tag.Assets, All: c3("").All},
		"至少写一个条件":      {Name: "富裕客户", Group: tag.Basic},
		"名称为 2 到 16":   {Name: "富", Group: tag.Basic, All: c3("").All},
		"请选择标签属于":      {Name: "富裕客户", Group: "everything", All: c3("").All},
		"没有这个条件":       {Name: "富裕客户", Group: tag.Basic, All: []tag.Row{{Simple: tag.Simple{Code: "1 = 1) OR (true"}}}},
		"天数为 1 到 3650": {Name: "富裕客户", Group: tag.Basic, All: []tag.Row{{Simple: tag.Simple{Code: "silent"}}}},
	} {
		_, err := o.desk.Create(ctx, by, in)
		must(t, err, fault.Invalid, part)
	}
	id, err := o.desk.Create(ctx, by, tag.Draft{Name: "富裕客户", Group: tag.Assets, All: []tag.Row{rich}})
	if err != nil {
		t.Fatal(err)
	}
	one, _ := o.customer(fixture.File{AccountNo: "1"}, fund)
	o.customer(fixture.File{AccountNo: "2"}, fund)
	p, err := o.desk.Preview(ctx, by, id)
	if err != nil || p.Gain.Count() != "不足 10 位" || len(p.Gain.Examples) != 0 || p.Lose.Count() != "不足 10 位" {
		t.Errorf("preview %+v: %v", p.Gain, err)
	}
	o.grant(by, one, tag.Assets)
	if p, err = o.desk.Preview(ctx, by, id); err != nil || len(p.Gain.Examples) != 1 || p.Gain.Examples[0].ID != one {
		t.Errorf("with a grant %+v: %v", p.Gain, err)
	}
	_, err = o.desk.Preview(ctx, o.people.Manager1, id)
	must(t, err, fault.Forbidden, "")
}

// A form's draft and its condition are each other's image.
func TestDraftsAreTakenApartAsTheyWerePutTogether(t *testing.T) {
	t.Parallel()
	a := tag.Row{Simple: tag.Simple{Code: "grade", Value: "C3"}}
	b := tag.Row{Simple: tag.Simple{Code: "loan"}, Not: true}
	c := tag.Row{Simple: tag.Simple{Code: "silent", Days: 9}}
	for _, d := range []tag.Draft{
		{All: []tag.Row{a}}, {All: []tag.Row{b}}, {All: []tag.Row{a, b, c}}, {Any: []tag.Row{a, b}},
		{All: []tag.Row{a}, Any: []tag.Row{b, c}}, {All: []tag.Row{a, c}, Any: []tag.Row{b, a}},
	} {
		text, err := d.Node().JSON()
		if err != nil {
			t.Fatal(err)
		}
		n, err := tag.ParseNode(text)
		if err != nil {
			t.Fatal(err)
		}
		all, either, ok := n.Rows()
		again, err := (tag.Draft{All: all, Any: either}).Node().JSON()
		if err != nil || !ok || again != text {
			t.Errorf("%s comes back as %s", text, again)
		}
	}
	deep := tag.Node{All: []tag.Node{{Any: []tag.Node{{All: []tag.Node{tag.Is("grade", tag.Simple{Value: "C3"}), tag.Is("loan", tag.Simple{})}}, tag.Is("card", tag.Simple{})}}}}
	if _, _, ok := deep.Rows(); ok {
		t.Error("a deeper condition is said to fit the form")
	}
}

// Every supplied rule is a rule one could write.
func TestSuppliedRulesAreSound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	n, err := h.keeper.Supply(context.Background(), tag.SuppliedRules())
	if err != nil || n != len(tag.SuppliedRules()) {
		t.Fatalf("%d supplied: %v", n, err)
	}
	if n, err = h.keeper.Supply(context.Background(), tag.SuppliedRules()); err != nil || n != 0 {
		t.Errorf("supplied again: %d, %v", n, err)
	}
	for _, s := range tag.SuppliedRules() {
		if wrong := s.Condition.Check(); wrong != "" {
			t.Errorf("%s: %s", s.Code, wrong)
		}
		for _, g := range s.Condition.Telling() {
			if s.Group != g {
				t.Errorf("%s tells of %s and belongs to %s", s.Code, g, s.Group)
			}
		}
	}
	if run := h.settle(); run == nil || run.Rules != int64(len(tag.SuppliedRules())) {
		t.Errorf("run %+v", run)
	}
}

// A note brings its tag at once, time takes it at midnight, and the wait for
// both survives whoever was to do it.
func TestNotesAndMidnightMoveTags(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rule := h.supplied("X-1", "债券关注", tag.Basic, tag.Is("talked", tag.Simple{Value: "债券", Days: 30, Times: 2}))
	id, _ := h.customer(fixture.File{AccountNo: "1"})
	other, _ := h.customer(fixture.File{AccountNo: "2"}, threeTalk)
	h.db.MustExec(`DELETE FROM tag_due`)
	h.settle()
	if h.has(id, rule) || !h.has(other, rule) {
		t.Fatal("before the notes")
	}
	for range 2 {
		if err := h.as(h.people.Manager1, replaced(`INSERT INTO consultation (customer_id, at, via, body, staff_id) VALUES ($1, now(), 'phone', '又问债券', (SELECT acting_staff()))`, id, 0)); err != nil {
			t.Fatal(err)
		}
	}
	// Another process, begun only now, finds what is due.
	h.keeper = tag.NewKeeper(h.db.DB, nil)
	if run := h.settle(); run == nil || run.Cause != "note" || run.Customers == nil || *run.Customers != 1 || run.Gained != 1 || run.Lost != 0 {
		t.Fatalf("after the notes: %+v", run)
	}
	if !h.has(id, rule) || !h.has(other, rule) {
		t.Error("the note did not bring its tag, or took another's")
	}
	if run := h.settle(); run != nil {
		t.Errorf("nothing is due, but %+v", run)
	}
	h.db.Advance(31 * 24 * time.Hour)
	if run := h.settle(); run == nil || run.Cause != "day" || run.Lost != 2 {
		t.Fatalf("a month later: %+v", run)
	}
	if h.has(id, rule) {
		t.Error("the tag outlives its window")
	}
}
