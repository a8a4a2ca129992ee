package bench

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"liuhen/internal/sheet"
)

// peopleFile is a file of synthetic customers.
type peopleFile struct {
	path    string
	rows    int
	first   int // number of the first customer of the last file
	version int // every tenth address says which
}

// next goes on to customers that no file had.
func (f *peopleFile) next() {
	f.first += f.rows
	f.version = 0
}

func peopleColumns() []string {
	return []string{"客户号", "姓名", "性别", "证件号", "手机", "邮箱", "地址"}
}

// person is the row of one customer.
func (f *peopleFile) person(i int) []string {
	n := f.first + i
	version := 0
	if i%changedOne == 0 {
		version = f.version
	}
	return []string{
		fmt.Sprintf("IB%09d", n), syntheticName(n), []string{"男", "女"}[n%2], certificate(n), fmt.Sprintf("13%09d", n%1_000_000_000),
		fmt.Sprintf("ib%d@example.com", n), fmt.Sprintf("江州市滨江区测量路 %d 号 %d 室", n%997, version),
	}
}

// syntheticName makes a name that is nobody's.
func syntheticName(n int) string {
	family, given := []rune("赵钱孙李周吴郑王冯陈"), []rune("测量合成生数据造名字")
	return string([]rune{family[n%10], given[n/10%10], given[n/100%10]})
}

// certificate makes a resident identity number whose check digit is right
// (GB 11643-1999), of a region that does not exist.
func certificate(n int) string {
	day := n / 1000 % 1000 // of a thousand that stand for days
	s := fmt.Sprintf("99%04d19%02d%02d%02d%03d", n/1_000_000%10_000, day/12%60+40, day%12+1, day/720+1, n%1000)
	sum := 0
	for i, weight := range [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * weight
	}
	return s + string("10X98765432"[sum%11])
}

// write writes the file as text.
func (f *peopleFile) write() (err error) {
	out, err := os.OpenFile(f.path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = finish(err, out.Close) }()
	w := csv.NewWriter(out)
	if err := w.Write(peopleColumns()); err != nil {
		return err
	}
	for i := range f.rows {
		if err := w.Write(f.person(i)); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// writeBook writes the file as a workbook.
func (f *peopleFile) writeBook() (err error) {
	out, err := os.OpenFile(f.path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = finish(err, out.Close) }()
	w, err := sheet.New(sheet.XLSX, out, "bench")
	if err != nil {
		return err
	}
	if err := w.Row(peopleColumns()...); err != nil {
		return err
	}
	for i := range f.rows {
		if err := w.Row(f.person(i)...); err != nil {
			return err
		}
	}
	return w.Close()
}

// peopleBatch is a batch of the machine interface with new customers.
func peopleBatch(first, n int) []byte {
	f := peopleFile{first: first}
	var items []map[string]string
	for i := range n {
		p := f.person(i)
		items = append(items, map[string]string{
			"id": p[0], "name": p[1], "gender": []string{"male", "female"}[(first+i)%2], "certificate_no": p[3], "mobile": p[4], "email": p[5], "address": p[6],
			"residence": strconv.Itoa(i % 97),
		})
	}
	var b bytes.Buffer
	_ = json.NewEncoder(&b).Encode(map[string]any{"items": items}) // texts always have a form in JSON
	return b.Bytes()
}
