package demo

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

//go:embed berka/*.gz
var berka embed.FS

// client is what the Berka data tell of a customer.
type client struct {
	id      int
	number  string // birth number
	born    time.Time
	female  bool
	region  string
	opened  time.Time // of the first account; zero without
	balance float64   // of the own accounts, last known
	known   bool      // a balance is known
	loan    string    // status of a loan; empty without
}

// open returns a file of the data, unpacked.
func open(name string) (rows [][]string, err error) {
	packed, err := berka.ReadFile("berka/" + name + ".csv.gz")
	if err != nil {
		return nil, err
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, unpacked.Close()) }()
	r := csv.NewReader(unpacked)
	r.ReuseRecord = false
	if _, err := r.Read(); err != nil { // the header
		return nil, err
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		rows = append(rows, row)
	}
}

// clients reads what the made-up part is derived from.
func clients() ([]client, error) {
	files := map[string][][]string{}
	for _, name := range []string{"district", "client", "account", "disp", "loan", "trans"} {
		rows, err := open(name)
		if err != nil {
			return nil, err
		}
		files[name] = rows
	}
	regions := map[string]string{}
	for _, row := range files["district"] {
		regions[row[0]] = row[2]
	}
	var list []client
	at := map[string]int{}
	for _, row := range files["client"] {
		c := client{number: row[1], region: regions[row[2]]}
		var err error
		if c.id, err = strconv.Atoi(row[0]); err != nil {
			return nil, err
		}
		if c.born, c.female, err = birth(row[1]); err != nil {
			return nil, err
		}
		at[row[0]] = len(list)
		list = append(list, c)
	}
	return list, join(list, at, files)
}

// join gives clients their accounts' dates, balances and loans.
func join(list []client, at map[string]int, files map[string][][]string) error {
	owner := map[string]int{}
	for _, row := range files["disp"] {
		i, ok := at[row[1]]
		if !ok {
			return fmt.Errorf("disposition %s of no client", row[0])
		}
		if row[3] == "OWNER" {
			owner[row[2]] = i
		}
	}
	for _, row := range files["account"] {
		opened, err := time.Parse("060102", row[3])
		if err != nil {
			return err
		}
		list[owner[row[0]]].opened = opened
	}
	for _, row := range files["loan"] {
		list[owner[row[1]]].loan = row[6]
	}
	for _, row := range files["trans"] { // in the order of time
		balance, err := strconv.ParseFloat(row[6], 64)
		if err != nil {
			return err
		}
		c := &list[owner[row[1]]]
		c.balance, c.known = balance, true
	}
	return nil
}

// birth reads a Czech birth number: women have 50 added to the month.
func birth(number string) (time.Time, bool, error) {
	if len(number) != 6 {
		return time.Time{}, false, fmt.Errorf("birth number %q", number)
	}
	female := number[2] >= '5'
	month := number[2:4]
	if female {
		month = string(number[2]-5) + number[3:4]
	}
	born, err := time.Parse("20060102", "19"+number[:2]+month+number[4:])
	return born, female, err
}
