package tag_test

import (
	"context"
	"testing"

	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/tag"
)

func TestTagsByHandComeAndGoWithAReason(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, by := context.Background(), h.people.Manager1
	shelf := tag.NewShelf(h.db.DB)
	_, no := h.customer(fixture.File{AccountNo: "1"})
	good := tag.ByHand{Label: " 子女留学 ", Reason: "客户来电说明年送子女出国"}
	for part, in := range map[string]tag.ByHand{
		"2 到 12 个字": {Label: "甲", Reason: good.Reason},
		"不要写数字":     {Label: "尾号1234", Reason: good.Reason},
		"规则标签的名字":   {Label: "基金持仓客户", Reason: good.Reason},
		"4 到 200":   {Label: "子女留学", Reason: "无"},
		"手机号":       {Label: "子女留学", Reason: "回电 13912345678 再说"},
	} {
		must(t, shelf.Give(ctx, by, no, in), fault.Invalid, part)
	}
	must(t, shelf.Give(ctx, h.people.Manager2, no, good), fault.NotFound, "")
	must(t, shelf.Give(ctx, h.people.Compliance1, no, good), fault.Forbidden, "")
	if err := shelf.Give(ctx, by, no, good); err != nil {
		t.Fatal(err)
	}
	must(t, shelf.Give(ctx, by, no, good), fault.Conflict, "已有标签")
	tags, err := h.tags(h.people.Supervisor1, no)
	if err != nil || len(tags) != 1 || !tags[0].ByHand() || tags[0].Name != "子女留学" || tags[0].AddedBy != by.Name {
		t.Fatalf("tags %+v: %v", tags, err)
	}
	_, err = h.tags(h.people.Manager2, no)
	must(t, err, fault.NotFound, "")
	id := tags[0].ID
	must(t, shelf.Remove(ctx, by, no, id, "无"), fault.Invalid, "理由")
	must(t, shelf.Remove(ctx, h.people.Manager2, no, id, "不是我的客户"), fault.NotFound, "")
	if err := shelf.Remove(ctx, by, no, id, "计划已取消"); err != nil {
		t.Fatal(err)
	}
	must(t, shelf.Remove(ctx, by, no, id, "计划已取消"), fault.NotFound, "已被移除")
	r, err := shelf.Record(ctx, by, no)
	if err != nil || len(r.Current) != 0 || len(r.Past) != 1 || r.Past[0].EndedWhy() != by.Name+"移除：计划已取消" {
		t.Errorf("record %+v: %v", r, err)
	}
	if n := h.db.QueryInt(`SELECT count(*) FROM trail WHERE action LIKE 'tag.%' AND NOT refused AND customer_no = $1`, no); n != 3 {
		t.Errorf("%d lines of the trail, want given, removed and viewed", n)
	}
	if n := h.db.QueryInt(`SELECT count(*) FROM trail WHERE action LIKE 'tag.%' AND refused`); n != 2 {
		t.Errorf("%d refused tries are on the trail, want 2", n)
	}
}
