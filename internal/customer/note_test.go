package customer_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"liuhen/internal/customer"
	"liuhen/internal/fault"
)

func TestANoteIsKeptAndBecomesTheLastContact(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := context.Background(), w.people.Manager1
	in := customer.NoteInput{Via: customer.WeCom, Body: " 想看中短债，回电 13911112222。 "}
	if err := w.book.Note(ctx, by, w.no, in); err != nil {
		t.Fatal(err)
	}
	file, err := w.book.File(ctx, by, w.no)
	if err != nil {
		t.Fatal(err)
	}
	if file.Notes != 1 || len(file.Consultations) != 1 {
		t.Fatalf("consultations = %+v", file.Consultations)
	}
	note := file.Consultations[0]
	if note.Via != customer.WeCom || note.Staff != by.Name || note.Body != "想看中短债，回电 139****2222。" {
		t.Errorf("note = %+v", note)
	}
	if file.LastContactAt == nil || time.Since(*file.LastContactAt) > time.Minute || file.LastContactVia != customer.WeCom {
		t.Errorf("last contact %v by %s", file.LastContactAt, file.LastContactVia)
	}
	if n := w.trail(by, "customer.noted", false); n != 1 {
		t.Errorf("%d notes on record", n)
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM consultation WHERE body LIKE '%13911112222%'`); n != 1 {
		t.Error("the note is not kept as it was written")
	}
}

func TestANoteThatCannotBeKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := context.Background()
	tests := []struct {
		name   string
		in     customer.NoteInput
		fields []string
	}{
		{"nothing", customer.NoteInput{}, []string{"via", "body"}},
		{"only spaces", customer.NoteInput{Via: customer.Phone, Body: " \n\t"}, []string{"body"}},
		{"unknown way", customer.NoteInput{Via: "telepathy", Body: "好"}, []string{"via"}},
		{"too long", customer.NoteInput{Via: customer.Phone, Body: strings.Repeat("长", 2001)}, []string{"body"}},
	}
	for _, tt := range tests {
		err := w.book.Note(ctx, w.people.Manager1, w.no, tt.in)
		f := fault.As(err)
		if f == nil || f.Kind != fault.Invalid || len(f.Fields) != len(tt.fields) {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		for i, name := range tt.fields {
			if f.Fields[i].Name != name {
				t.Errorf("%s: field %d is %s, want %s", tt.name, i, f.Fields[i].Name, name)
			}
		}
	}
	good := customer.NoteInput{Via: customer.Phone, Body: "好"}
	wantKind(t, w.book.Note(ctx, w.people.Risk1, w.no, good), fault.Forbidden)
	wantKind(t, w.book.Note(ctx, w.people.Admin1, w.no, good), fault.Forbidden)
	wantKind(t, w.book.Note(ctx, w.people.Manager2, w.no, good), fault.NotFound)
	wantKind(t, w.book.Note(ctx, w.people.Manager2, w.no, customer.NoteInput{}), fault.NotFound)
	if n := w.db.QueryInt(`SELECT count(*) FROM consultation`); n != 0 {
		t.Errorf("%d notes were kept", n)
	}
}

func TestTheTimelineMergesEverythingAndPagesWithoutLoss(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := context.Background(), w.people.Manager1
	source := w.db.QueryInt(`SELECT id FROM source_system WHERE code = 'fixture'`)
	w.db.MustExec(`INSERT INTO customer_block (customer_id, block, source_id, synced_at) VALUES ($1, 'basic', $2, now()), ($1, 'assets', $2, now()), ($1, 'contact', $2, now() - interval '2 days')`, w.id, source)
	w.db.MustExec(`INSERT INTO risk_assessment (customer_id, source_id, external_no, grade, assessed_on, valid_until) VALUES ($1, $2, 'A1', 3, current_date, current_date + 365)`, w.id, source)
	w.db.MustExec(`
		INSERT INTO consultation (customer_id, at, via, body, source_id, external_no)
		SELECT $1, date_trunc('hour', now()) - n / 4 * interval '1 hour', 'phone', '第 ' || n || ' 次', $2, 'N' || n
		FROM generate_series(1, 50) AS n`, w.id, source)
	w.grant(by, "assets")
	if _, err := w.book.Section(ctx, by, w.no, customer.AssetsGroup); err != nil {
		t.Fatal(err)
	}
	w.db.Advance(time.Hour) // the grant is over
	for filter, want := range map[customer.Filter]int{
		customer.Everything: 2 + 1 + 50 + 1 + 1, customer.Talks: 50, customer.Data: 3, customer.Accesses: 2, customer.Looks: 1, "nonsense": 55,
	} {
		seen, cursor := map[string]bool{}, ""
		var last time.Time
		for {
			line, err := w.book.Timeline(ctx, by, w.no, filter, cursor)
			if err != nil {
				t.Fatalf("%q: %v", filter, err)
			}
			for _, e := range line.Rows {
				id := fmt.Sprint(e.Kind, e.ID)
				if seen[id] || !last.IsZero() && e.At.After(last) {
					t.Errorf("%q: %+v comes twice or out of order", filter, e)
				}
				seen[id], last = true, e.At
			}
			if cursor = line.Next; cursor == "" {
				break
			}
		}
		if len(seen) != want {
			t.Errorf("%q has %d events, want %d", filter, len(seen), want)
		}
	}
	_, err := w.book.Timeline(ctx, w.people.Manager2, w.no, customer.Everything, "")
	wantKind(t, err, fault.NotFound)
	_, err = w.book.Timeline(ctx, by, w.no, customer.Everything, "e30")
	wantKind(t, err, fault.Invalid)
}

func TestViewsNameWhoSawWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, p := context.Background(), w.people
	w.grant(p.Manager1, "contact")
	for range 30 {
		if _, err := w.book.File(ctx, p.Manager1, w.no); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.book.File(ctx, p.Compliance1, w.no); err != nil {
		t.Fatal(err)
	}
	first, err := w.book.Views(ctx, p.Supervisor1, w.no, "")
	if err != nil || len(first.Rows) != 50 || first.Rows[0].Name != p.Compliance1.Name {
		t.Fatalf("%d rows, %v", len(first.Rows), err)
	}
	rest, err := w.book.Views(ctx, p.Supervisor1, w.no, first.Next)
	if err != nil || len(rest.Rows) != 11 || rest.Next != "" {
		t.Errorf("%d more rows, %v", len(rest.Rows), err)
	}
	file, err := w.book.File(ctx, p.Supervisor1, w.no)
	if err != nil {
		t.Fatal(err)
	}
	if file.Views != 61 || len(file.Viewers) != 2 {
		t.Fatalf("%d views by %+v", file.Views, file.Viewers)
	}
	if v := file.Viewers[1]; v.Name != p.Manager1.Name || v.Times != 60 || len(v.Groups) != 1 || v.Groups[0] != "contact" || v.Refused {
		t.Errorf("viewer = %+v", v)
	}
	w.db.Advance(31 * 24 * time.Hour)
	if file, err = w.book.File(ctx, p.Supervisor1, w.no); err != nil || file.Views != 0 || len(file.Viewers) != 0 {
		t.Errorf("after a month: %d views, %v", file.Views, err)
	}
}
