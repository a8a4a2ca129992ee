package web

import (
	"log/slog"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/consent"
	"liuhen/internal/customer"
	"liuhen/internal/export"
	"liuhen/internal/module"
	"liuhen/internal/pg"
	"liuhen/internal/seal"
	"liuhen/internal/sourcing"
	"liuhen/internal/staff"
	"liuhen/internal/staffing"
	"liuhen/internal/tag"
	"liuhen/internal/trail"
	"liuhen/internal/worklist"
)

// Assemble builds the services of the portal over one database. Files that
// wait to be imported are kept under dir. This is the one place that knows
// which effect belongs to which kind of approval.
func Assemble(log *slog.Logger, db *pg.DB, keys seal.Keys, dir string) (Deps, error) {
	intake, err := sourcing.NewIntake(db, keys.Search, filepath.Join(dir, "imports"), log)
	if err != nil {
		return Deps{}, err
	}
	policies := access.NewPolicies(db)
	engine := approval.NewEngine(db, map[approval.Kind]approval.Effect{
		access.Kind:           access.NewOpening(policies),
		approval.AccessMany:   access.NewOpening(policies),
		approval.AccessPolicy: access.Publishing{},
		approval.BreakGlass:   access.NewReview(policies),
		approval.Export:       export.Effect{},
		approval.StaffChange:  staffing.Effect{},
		approval.SignInChange: staffing.SignInEffect{},
		approval.ModuleChange: module.Effect{},
		approval.TagRule:      tag.Publishing{},

		approval.ConsentWording: consent.Publishing{},
	})
	people := staff.NewDirectory(db, keys.Master)
	book := customer.NewBook(db, keys.Search)
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return Deps{
		Log:      log,
		DB:       db,
		People:   people,
		Staffing: staffing.NewOffice(db, people),
		Modules:  module.NewSwitches(db),
		Sessions: staff.NewSessions(db),
		Book:     book,
		Exports:  export.NewDesk(db, book),
		Desk:     access.NewDesk(db, policies),
		Policies: policies,
		Deputies: approval.NewDeputies(db),
		Router:   approval.NewRouter(db, policies, log),
		Engine:   engine,
		Lists:    worklist.NewLists(db, policies),
		Intake:   intake,
		Trail:    trail.NewReader(db, trailSetting()),
		Tags:     tag.NewShelf(db),
		Metrics:  metrics,

		TagDesk:   tag.NewDesk(db),
		TagKeeper: tag.NewKeeper(db, log),

		Consents:      consent.NewDesk(db),
		Door:          consent.NewDoor(db),
		ConsentKeeper: consent.NewKeeper(db, log),
	}, nil
}
