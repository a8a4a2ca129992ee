package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"liuhen/internal/fixture"
	"liuhen/internal/htmlcheck"
	"liuhen/internal/webtest"
)

// parse reads a page or a part of one.
func parse(t *testing.T, body string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestACustomerIsFoundListedAndOpened(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1, Grade: 3, Mobile: "13812345678", Search: p.Search})
	c := p.As(p.People.Manager1)

	found := parse(t, c.Get("/customers/search?q=gm").Body)
	if href, _ := found.Find("[role=option]").Attr("href"); href != "/customers/"+no {
		t.Errorf("two keystrokes lead to %q", href)
	}
	if found.Find("html main").Length() != 0 {
		t.Error("the search answers with a whole page")
	}
	list := c.Get("/customers?q=" + no)
	htmlcheck.Page(t, list.Body)
	rows := parse(t, list.Body).Find("#list tbody tr")
	if rows.Length() != 1 || !strings.Contains(rows.Text(), "138****5678") {
		t.Errorf("the list shows %q", rows.Text())
	}
	file := c.Get("/customers/" + no)
	htmlcheck.Page(t, file.Body)
	doc := parse(t, file.Body)
	if got := doc.Find("h1").Text(); got != "顾明远" {
		t.Errorf("heading is %q", got)
	}
	for _, group := range []string{"contact", "identity", "assets", "transactions"} {
		section := doc.Find("#section-" + group)
		if section.Length() != 1 || section.AttrOr("data-live-on", "") != "grant:"+no || section.AttrOr("hx-get", "") != "/customers/"+no+"/sections/"+group {
			t.Errorf("section %s is not live", group)
		}
		part := parse(t, c.Get("/customers/"+no+"/sections/"+group).Body)
		if part.Find("#section-"+group).Length() != 1 || part.Find("main").Length() != 0 {
			t.Errorf("the fragment of %s is not the section alone", group)
		}
	}
	if got := c.Get("/customers/" + no + "/sections/nonsense"); got.Status != http.StatusNotFound {
		t.Errorf("an unknown group: %d", got.Status)
	}
}

func TestACustomerOutOfScopeIsNotFound(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	c := p.As(p.People.Manager2)
	for _, path := range []string{"", "/timeline", "/views", "/transactions", "/sections/assets"} {
		got := c.Get("/customers/" + no + path)
		if got.Status != http.StatusNotFound || strings.Contains(got.Body, "顾明远") {
			t.Errorf("%s: %d", path, got.Status)
		}
	}
	if got := c.Post("/customers/"+no+"/notes", url.Values{"via": {"phone"}, "body": {"好"}}); got.Status != http.StatusNotFound {
		t.Errorf("note: %d", got.Status)
	}
	n := p.DB.QueryInt(`SELECT count(*) FROM trail WHERE staff_id = $1 AND action = 'customer.viewed' AND refused AND customer_no = $2`, p.People.Manager2.ID, no)
	if n != 6 {
		t.Errorf("%d refused tries on record, want 6", n)
	}
}

func TestANoteIsAddedOnTheFile(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	c := p.As(p.People.Manager1)
	empty := c.Post("/customers/"+no+"/notes", url.Values{"body": {"问中短债"}})
	if empty.Status != http.StatusUnprocessableEntity {
		t.Fatalf("without a way: %d", empty.Status)
	}
	htmlcheck.Page(t, empty.Body)
	doc := parse(t, empty.Body)
	if doc.Find("#consultations details[open] #errors").Length() != 1 || doc.Find("#note-body").Text() != "问中短债" {
		t.Error("the form does not come back with what was typed and what is wrong")
	}
	if empty.Header.Get("HX-Push-Url") != "false" {
		t.Error("the address of a form would be pushed")
	}
	kept := c.Post("/customers/"+no+"/notes", url.Values{"via": {"phone"}, "body": {"<b>问</b>中短债"}})
	if kept.Status != http.StatusSeeOther || kept.Header.Get("Location") != "/customers/"+no {
		t.Fatalf("note: %d to %s", kept.Status, kept.Header.Get("Location"))
	}
	doc = parse(t, c.Follow(kept).Body)
	if got := doc.Find("#consultations tbody td").Eq(2).Text(); got != "<b>问</b>中短债" {
		t.Errorf("the note reads %q", got)
	}
	if !strings.Contains(doc.Find("#timeline").Text(), "中短债") {
		t.Error("the timeline does not show the note")
	}
	risk := parse(t, p.As(p.People.Risk1).Get("/customers/"+no).Body)
	if risk.Find("#consultations form").Length() != 0 {
		t.Error("who keeps no notes is offered the form")
	}
}

func TestTheListNarrowsAndTurnsPages(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	p.DB.MustExec(`
		INSERT INTO customer (name, branch_id, manager_id, grade)
		SELECT '客户' || n, $1, $2, n % 5 + 1
		FROM generate_series(1, 120) AS n`, p.People.Branch1ID, p.People.Manager1.ID)
	c := p.As(p.People.Manager1)
	seen, path := map[string]bool{}, "/customers?grade=1&grade=2&grade=4"
	for range 5 {
		doc := parse(t, c.Get(path).Body)
		doc.Find("#list tbody tr a").Each(func(_ int, a *goquery.Selection) { seen[a.AttrOr("href", "")] = true })
		if got := doc.Find("#found-count").Text(); got != "找到 72 / 120 位" {
			t.Errorf("the page says %q", got)
		}
		if got := doc.Find("input[name=grade][checked]").Length(); got != 3 {
			t.Errorf("%d grades are pressed", got)
		}
		next, more := doc.Find("a[rel=next]").Attr("href")
		if !more {
			break
		}
		path = next
	}
	if len(seen) != 72 {
		t.Errorf("saw %d of 72", len(seen))
	}
	if got := c.Get("/customers?after=broken"); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a broken place: %d", got.Status)
	}
	nobody := c.Get("/customers?q=" + url.QueryEscape("没有这个人"))
	htmlcheck.Page(t, nobody.Body)
	if !strings.Contains(nobody.Body, "清除筛选") {
		t.Error("an empty list does not say what to do")
	}
	sorted := parse(t, c.Get("/customers?sort=name&grade=1").Body)
	if sorted.Find("th[aria-sort]").Length() != 1 || sorted.Find("form input[name=sort]").AttrOr("value", "") != "name" {
		t.Error("the order is lost")
	}
}

func TestTheDemoSaysWhatIsInvented(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	_, no := fixture.Customer(t, p.DB, fixture.File{Manager: p.People.Manager1})
	if body := p.As(p.People.Manager1).Get("/customers/" + no).Body; strings.Contains(body, "Berka") {
		t.Error("real data are said to be invented")
	}
}
