package customer

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Filter chooses what a timeline shows.
type Filter string

// The filters. Everything leaves out the plain views of the file, which Looks
// shows with the rest of who saw what.
const (
	Everything Filter = ""
	Talks      Filter = "talks"
	Accesses   Filter = "access"
	Data       Filter = "data"
	Looks      Filter = "views"
)

// Filters lists the filters in the order of the screen.
func Filters() []Filter { return []Filter{Everything, Talks, Accesses, Data, Looks} }

// Label returns the filter's name on screen.
func (f Filter) Label() string {
	switch f {
	case Talks:
		return "咨询"
	case Accesses:
		return "调阅"
	case Data:
		return "资料"
	case Looks:
		return "查看"
	default:
		return "全部"
	}
}

// EventKind says what sort of event stands in a timeline.
type EventKind int

// The kinds; the number breaks ties of time.
const (
	Synced   EventKind = iota + 1 // a source filled blocks on a day: Groups are the blocks
	Assessed                      // a risk assessment: What is the grade, Text the last valid day
	Looked                        // somebody saw the file or closed groups
	Asked                         // something happened to an access request: What is what
	Ended                         // a grant ended: What is how, empty when time ran out
	TalkedTo                      // a consultation: What is the way, Text what was said
)

// Event is one thing that happened to a customer.
type Event struct {
	At      time.Time      `db:"at" json:"at"`
	Kind    EventKind      `db:"kind" json:"kind"`
	ID      int64          `db:"id" json:"id"`
	Who     string         `db:"who" json:"who"`
	What    string         `db:"what" json:"what"`
	Groups  pq.StringArray `db:"groups" json:"groups"`
	Text    string         `db:"body" json:"body"`
	Minutes int            `db:"minutes" json:"minutes"`
	Refused bool           `db:"refused" json:"refused"`
}

// Timeline is a page of events, newest first.
type Timeline struct {
	Customer Ref
	Filter   Filter
	Rows     []Event
	Next     string // the cursor of the page after; empty on the last
}

// timelineRows is how many events a page has.
const timelineRows = 20

// Timeline returns a page of everything that happened to a customer. It holds
// no value of a closed group. It returns NotFound outside the scope.
func (b *Book) Timeline(ctx context.Context, by *staff.Member, no string, filter Filter, cursor string) (Timeline, error) {
	if !slices.Contains(Filters(), filter) {
		filter = Everything
	}
	after, moved, err := readPosition(cursor, isTimeKey)
	if err != nil {
		return Timeline{}, err
	}
	if !moved {
		after = position{Key: "infinity"}
	}
	var line Timeline
	err = b.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		line, err = loadTimeline(ctx, tx, ref.ID, filter, after)
		line.Customer = ref
		return err
	})
	if err != nil {
		return Timeline{}, b.refused(ctx, by, no, fmt.Errorf("timeline of customer: %w", err))
	}
	return line, nil
}

// loadTimeline loads the page of events after a position.
func loadTimeline(ctx context.Context, tx *pg.Tx, customer int64, filter Filter, after position) (Timeline, error) {
	const older = `
		WHERE (e.at, e.kind, e.id) < ($2::timestamptz, $3::int, $4::bigint)`
	var rows []Event
	if err := tx.Select(ctx, &rows, timelineSQL(filter, older), customer, after.Key, after.Kind, after.ID); err != nil {
		return Timeline{}, fmt.Errorf("timeline: %w", err)
	}
	return pageOfEvents(filter, rows), nil
}

// timelineSQL reads the events e of customer $1 that a filter shows, newest
// first, one more than a page has. It merges the parts the filter asks for, each
// of which reads no more rows than that through its own index.
func timelineSQL(filter Filter, where string) string {
	const columns = `
		SELECT
			e.at,
			e.kind,
			e.id,
			e.who,
			e.what,
			e.groups,
			e.body,
			e.minutes,
			e.refused
		FROM (`
	order := `
		ORDER BY
			e.at DESC,
			e.kind DESC,
			e.id DESC
		LIMIT ` + strconv.Itoa(timelineRows+1)
	parts := timelineParts(filter)
	for i, part := range parts {
		parts[i] = "(" + columns + part + ") AS e" + where + order + ")"
	}
	return columns + strings.Join(parts, "\nUNION ALL\n") + ") AS e" + order
}

// pageOfEvents makes a page of the rows that timelineSQL reads.
func pageOfEvents(filter Filter, rows []Event) Timeline {
	line := Timeline{Filter: filter, Rows: rows}
	if len(rows) > timelineRows {
		line.Rows = rows[:timelineRows]
		last := rows[timelineRows-1]
		line.Next = position{Key: timeKey(&last.At), Kind: int(last.Kind), ID: last.ID}.String()
	}
	for i := range line.Rows {
		line.Rows[i].Text = MaskText(line.Rows[i].Text)
	}
	return line
}
