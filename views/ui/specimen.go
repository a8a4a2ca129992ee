package ui

import (
	"time"

	"github.com/a-h/templ"
)

// Specimen is a view filled with invented data, for the gallery and the golden
// tests. Page tells a whole document from a part of one.
type Specimen struct {
	Name      string
	Page      bool
	Component templ.Component
}

// SpecimenTime is the moment all specimens show.
func SpecimenTime() time.Time {
	return time.Date(2026, 11, 23, 10, 42, 0, 0, time.FixedZone("CST", 8*3600))
}

// Gallery shows every small part in each of its states.
func Gallery() []Specimen {
	return []Specimen{
		{Name: "badges", Component: badgeSpecimen()},
		{Name: "tags", Component: tagSpecimen()},
		{Name: "chips", Component: chipSpecimen()},
		{Name: "fields", Component: fieldSpecimen()},
		{Name: "fields-invalid", Component: invalidSpecimen()},
		{Name: "notes", Component: noteSpecimen()},
		{Name: "empty", Component: emptySpecimen()},
		{Name: "views", Component: viewsSpecimen()},
		{Name: "stats", Component: statSpecimen()},
		{Name: "grants", Component: grantSpecimen(SpecimenTime())},
		{Name: "progress", Component: progressSpecimen()},
		{Name: "found", Component: foundSpecimen()},
		{Name: "list", Component: listSpecimen()},
	}
}
