package demo

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/consent"
	"liuhen/internal/pg"
)

// Consents gives the demo institution two wordings and consents that are derived
// from nothing but the customers' numbers, unless it has wordings already.
func Consents(ctx context.Context, db *pg.DB, say func(string)) error {
	var have bool
	err := db.Read(ctx, pg.System, func(tx *pg.Tx) error {
		return tx.Get(ctx, &have, `SELECT EXISTS (SELECT FROM consent_wording)`)
	})
	if err != nil || have {
		return err
	}
	begun, acts := time.Now(), 0
	err = db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		for _, w := range demoWordings(begun) {
			if _, err := consent.Carry(ctx, tx, w); err != nil {
				return err
			}
		}
		var ids []int64
		if err := tx.Select(ctx, &ids, `SELECT c.id FROM customer AS c ORDER BY c.id`); err != nil {
			return err
		}
		for len(ids) > 0 {
			some := ids[:min(500, len(ids))]
			ids = ids[len(some):]
			var list []consent.Entry
			for _, id := range some {
				list = append(list, consents(id, begun)...)
			}
			if err := consent.Enter(ctx, tx, list); err != nil {
				return err
			}
			acts += len(list)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("demo consents: %w", err)
	}
	say(fmt.Sprintf("授权：2 版文本，%d 次推导的客户答复，%.1f 秒", acts, time.Since(begun).Seconds()))
	return nil
}

// firstDay and secondDay are when the two wordings came into force.
func firstDay(now time.Time) time.Time { return morning(now.AddDate(-2, 0, 0)) }

func secondDay(now time.Time) time.Time { return morning(now.AddDate(0, -5, 0)) }

func morning(t time.Time) time.Time {
	t = t.In(pg.Zone())
	return time.Date(t.Year(), t.Month(), t.Day(), 8, 0, 0, 0, t.Location())
}

// consents makes up the story of a customer: unanswered, refused, agreed to some,
// agreed and later withdrawn.
func consents(id int64, now time.Time) []consent.Entry {
	d := roll(int(id), 12)
	kind := d.below(100)
	if kind < 7 {
		return nil // nobody asked yet
	}
	served := between(d, firstDay(now), now.AddDate(0, 0, -1))
	list := []consent.Entry{{CustomerID: id, At: served, Method: consent.ByProgram, Reason: "演示推导", Said: []consent.Said{{Kind: consent.Served}}}}
	if kind < 20 {
		return list
	}
	at := served.Add(time.Duration(1+d.below(7200)) * time.Second)
	answer := consent.Entry{CustomerID: id, At: at, Method: consent.ByImport, Evidence: fmt.Sprintf("演示推导 授权书 %06d", id)}
	if kind < 32 {
		answer.Said = []consent.Said{{Kind: consent.Refused}}
		return append(list, answer)
	}
	answer.Said = chosen(d)
	if d.below(3) > 0 {
		on := d.below(2) == 0
		answer.Personal = &on
	}
	list = append(list, answer)
	if d.below(12) == 0 && at.Before(now.AddDate(0, 0, -10)) {
		taken := consent.Said{Kind: consent.Withdrawn}
		if d.below(3) > 0 {
			taken.Category = consent.Parents()[d.below(2)]
		}
		list = append(list, consent.Entry{
			CustomerID: id, At: between(d, at, now), Method: consent.ByReply, Reason: "演示推导：回复“退订”", Said: []consent.Said{taken},
		})
	}
	return list
}

// chosen makes up a whole answer: every pair that both wordings offer, agreed to or not.
func chosen(d *dice) []consent.Said {
	likes := map[consent.Category]int{consent.Market: 72, consent.Education: 64, consent.Fund: 46, consent.Wealth: 58, consent.Insurance: 24, consent.Private: 9, consent.Margin: 7}
	ways := map[consent.Channel]int{consent.Moments: 70, consent.Mass: 74, consent.Chat: 82, consent.Phone: 28, consent.SMS: 44}
	var list []consent.Said
	for _, c := range consent.Leaves() {
		liked := d.below(100) < likes[c]
		for _, h := range consent.Channels() {
			if c == consent.Private && h != consent.Chat && h != consent.Phone {
				continue
			}
			k := consent.Refused
			if liked && d.below(100) < ways[h] {
				k = consent.Granted
			}
			list = append(list, consent.Said{Kind: k, Category: c, Channel: h})
		}
	}
	return list
}

// between returns a moment of office hours between two.
func between(d *dice, from, to time.Time) time.Time {
	minutes := max(1, int(to.Sub(from).Minutes()))
	return from.Add(time.Duration(d.below(minutes)) * time.Minute).Truncate(time.Second)
}
