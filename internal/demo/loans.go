package demo

import (
	"bytes"
	"fmt"
	"math"
	"time"
)

// loansCSV makes home loans for one in eight of those who would have one; some
// are paid off.
func loansCSV(list []client, now time.Time) *bytes.Buffer {
	return table("贷款号,客户号,种类,本金,期数,月供,放款日,状态", func(add func(...string)) {
		for _, c := range list {
			d := roll(c.id, 8)
			if age := c.age(); age < 25 || age >= 60 || d.below(8) != 0 {
				continue
			}
			principal := float64(30+d.below(170)) * 10_000
			months := 120 + 12*d.below(21)
			granted := now.AddDate(0, -1-d.below(months-12), 0)
			status := "还款中"
			if d.below(10) == 0 {
				status = "已结清"
			}
			add("DK"+c.key()[2:], c.key(), "住房贷款", fmt.Sprintf("%.2f", principal), fmt.Sprint(months),
				fmt.Sprintf("%.2f", math.Round(principal*100/float64(months)*1.35)/100), granted.Format(time.DateOnly), status)
		}
	})
}
