package demo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"strings"
	"time"

	"liuhen/internal/customer"
	"liuhen/internal/pg"
)

// newbieServes is how many customers the new manager looks after.
const newbieServes = 60

// serve returns for each customer the index in crew of who looks after them.
func serve(list []client) []int {
	everyone := crew()
	byRegion := map[string][]int{}
	for _, o := range offices() {
		for i, p := range everyone {
			if o.region != "" && p.role == "manager" && strings.HasPrefix(p.office, o.code) && p.username != "newbie" {
				byRegion[o.region] = append(byRegion[o.region], i)
			}
		}
	}
	newbie := 0
	for i, p := range everyone {
		if p.username == "newbie" {
			newbie = i
		}
	}
	served := make([]int, len(list))
	turn := map[string]int{}
	for i, c := range list {
		turn[c.region]++
		managers := byRegion[c.region]
		served[i] = managers[turn[c.region]%len(managers)]
		// Every eleventh customer of the first branch, until the new manager has enough.
		if c.region == offices()[1].region && turn[c.region]%11 == 5 && turn[c.region] <= 11*newbieServes {
			served[i] = newbie
		}
	}
	return served
}

// key is the number under which the made-up files know a customer.
func (c client) key() string { return fmt.Sprintf("YS%05d", c.id) }

// age is how old the customer was when the data end.
func (c client) age() int { return 1994 - c.born.Year() }

// table writes a CSV file.
func table(header string, rows func(add func(cells ...string))) *bytes.Buffer {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	add := func(cells ...string) { _ = w.Write(cells) } // a buffer does not fail
	add(strings.Split(header, ",")...)
	rows(add)
	w.Flush()
	return &b
}

func customersCSV(list []client, served []int) *bytes.Buffer {
	everyone := crew()
	quarters := map[string]string{}
	for _, o := range offices() {
		quarters[o.code] = o.quarter
	}
	return table("客户号,姓名,性别,出生日期,职业,居住地,开户日期,机构号,主办工号,手机,邮箱,地址,证件类型,证件号", func(add func(...string)) {
		for i, c := range list {
			d := roll(c.id, 2)
			name, gender, opened := personName(c.id, c.female), "男", ""
			if c.female {
				gender = "女"
			}
			if !c.opened.IsZero() {
				opened = c.opened.Format(time.DateOnly)
			}
			manager := everyone[served[i]]
			quarter := quarters[manager.office[:3]]
			add(c.key(), name, gender, c.born.Format(time.DateOnly), occupation(c, d), "江州市"+quarter, opened,
				manager.office, manager.no,
				fmt.Sprintf("1990000%04d", (i*7919+13)%10000),
				fmt.Sprintf("%s%d@example.com", customer.Initials(name), c.id),
				fmt.Sprintf("江州市%s%s%d号%d幢%d室", quarter, street(d), 1+d.below(300), 1+d.below(28), 101+100*d.below(18)+d.below(4)),
				"外国证件", fmt.Sprintf("%s/%05d", c.number, c.id))
		}
	})
}

func street(d *dice) string {
	streets := strings.Fields("江堤路 望潮街 石桥巷 文庙街 学府路 银杏道 柳堤街 和平里 东风路 建设街 解放路 青年路 丰收街 长乐巷 锦绣道 云栖路")
	return streets[d.below(len(streets))]
}

func occupation(c client, d *dice) string {
	switch age := c.age(); {
	case age < 23:
		return "学生"
	case age >= 60:
		return "退休"
	}
	jobs := strings.Fields("公司职员 教师 工程师 医护人员 个体经营 公务员 销售 会计 技术工人 自由职业 企业主 设计师")
	return jobs[d.below(len(jobs))]
}

// grade derives a risk grade: the young, the wealthy and those without a
// troubled loan stand higher.
func (c client) grade() int {
	g := 3
	switch age := c.age(); {
	case age < 30:
		g++
	case age >= 60:
		g -= 2
	case age >= 50:
		g--
	}
	if c.balance > 60_000 {
		g++
	}
	if c.loan == "B" || c.loan == "D" {
		g--
	}
	g += []int{-1, 0, 0, 0, 1}[roll(c.id, 3).below(5)]
	return min(5, max(1, g))
}

// assessed reports whether the customer has been assessed at all.
func (c client) assessed() bool { return roll(c.id, 4).below(25) != 0 }

func assessmentsCSV(list []client, now time.Time) *bytes.Buffer {
	return table("测评号,客户号,等级,测评日期,有效期至,方式", func(add func(...string)) {
		for _, c := range list {
			if !c.assessed() {
				continue
			}
			on := now.AddDate(0, 0, -1-roll(c.id, 5).below(400))
			add("CP"+c.key()[2:], c.key(), fmt.Sprintf("C%d", c.grade()), on.Format(time.DateOnly),
				on.AddDate(1, 0, 0).Format(time.DateOnly), "由年龄、余额、贷款推得（演示）")
		}
	})
}

func holdingsCSV(list []client, now time.Time) *bytes.Buffer {
	valued := now.AddDate(0, 0, -1).Format(time.DateOnly)
	return table("持仓号,客户号,产品代码,产品名称,产品风险,份额,市值,估值日", func(add func(...string)) {
		for _, c := range list {
			d := roll(c.id, 6)
			if !c.assessed() || d.below(100) >= 55 {
				continue
			}
			var fit []product
			for _, p := range products() {
				if p.risk <= c.grade() {
					fit = append(fit, p)
				}
			}
			from := d.below(len(fit))
			for n := 0; n <= d.below(3) && n < len(fit); n++ {
				p := fit[(from+n)%len(fit)]
				value := math.Round((c.balance/2+math.Exp(8.5+float64(d.below(6000))/1000))*100) / 100
				units := value / (0.8 + float64(d.below(900))/1000)
				add(fmt.Sprintf("CC%s%d", c.key()[2:], n+1), c.key(), p.code, p.name, fmt.Sprintf("R%d", p.risk),
					fmt.Sprintf("%.2f", units), fmt.Sprintf("%.2f", value), valued)
			}
		}
	})
}

func consultationsCSV(list []client, served []int, now time.Time) *bytes.Buffer {
	everyone, texts, names := crew(), notes(), products()
	ways := []string{"企业微信", "企业微信", "电话", "电话", "柜面", "上门"}
	return table("记录号,客户号,时间,方式,内容,工号", func(add func(...string)) {
		for i, c := range list {
			d := roll(c.id, 7)
			for n := range d.below(5) {
				at := workingTime(now, d)
				body := strings.ReplaceAll(texts[d.below(len(texts))], "{产品}", names[d.below(len(names))].name)
				add(fmt.Sprintf("ZX%s%d", c.key()[2:], n+1), c.key(), at.Format("2006-01-02 15:04:05"),
					ways[d.below(len(ways))], body, everyone[served[i]].no)
			}
			for n, body := range keen(c) {
				at := now.In(pg.Zone()).AddDate(0, 0, -2-n*6)
				at = time.Date(at.Year(), at.Month(), at.Day(), 9, d.below(510), d.below(60), 0, at.Location())
				add(fmt.Sprintf("ZX%s%d", c.key()[2:], 11+n), c.key(), at.Format("2006-01-02 15:04:05"),
					ways[d.below(len(ways))], body, everyone[served[i]].no)
			}
		}
	})
}

// workingTime is a moment of the last twelve months, on a working day between
// nine and half past five, in China's time.
func workingTime(now time.Time, d *dice) time.Time {
	at := now.In(pg.Zone()).AddDate(0, 0, -1-d.below(364))
	for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		at = at.AddDate(0, 0, -1)
	}
	return time.Date(at.Year(), at.Month(), at.Day(), 9, d.below(510), d.below(60), 0, at.Location())
}
