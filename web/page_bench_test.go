package web_test

import (
	"net/http"
	"testing"

	"liuhen/internal/fixture"
	"liuhen/internal/webtest"
)

// BenchmarkPages answers the pages that are opened most, over HTTP on loopback,
// signed in as a manager with 300 customers.
func BenchmarkPages(b *testing.B) {
	p := webtest.New(b)
	var no string
	for range 300 {
		_, no = fixture.Customer(b, p.DB, fixture.File{Manager: p.People.Manager1, Grade: 3, AssetBand: 2, Mobile: "13812345678"})
	}
	c := p.As(p.People.Manager1)
	for name, path := range map[string]string{
		"list": "/customers", "file": "/customers/" + no, "suggest": "/customers/search?q=gm", "why": "/why/role",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if got := c.Get(path); got.Status != http.StatusOK {
					b.Fatalf("%s: %d", path, got.Status)
				}
			}
		})
	}
}
