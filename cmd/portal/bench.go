package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"liuhen/internal/bench"
	"liuhen/internal/pg"
	"liuhen/internal/pg/embedded"
	"liuhen/web"
)

// runBench measures the portal against its targets in a throw-away installation.
func runBench(ctx context.Context, in input) error {
	measures := map[string]func(context.Context, bench.Options) error{"customers": bench.Customers, "import": bench.Imports, "tags": bench.Tags, "consents": bench.Consents}
	if len(in.args) == 0 || measures[in.args[0]] == nil {
		_, err := fmt.Fprintln(in.out, "用法：portal bench customers|import|tags|consents [--size small|full] [--json]")
		if len(in.args) == 0 || in.args[0] == "--help" || in.args[0] == "-h" {
			return err
		}
		return errors.Join(err, fmt.Errorf("没有 %q 这项测量", in.args[0]))
	}
	f := flag.NewFlagSet("portal bench "+in.args[0], flag.ContinueOnError)
	f.SetOutput(in.out)
	name := f.String("size", "small", "数据规模：small（5 万客户，tags 为 10 万）或 full（100 万客户）")
	asJSON := f.Bool("json", false, "每行输出一个 JSON 对象")
	if err := f.Parse(in.args[1:]); err != nil {
		return err
	}
	size, err := bench.SizeNamed(*name)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("找不到本程序自己：%w", err)
	}
	collectLess()
	return measures[in.args[0]](ctx, bench.Options{
		Size: size, JSON: *asJSON, Out: in.out, Err: os.Stderr, Self: self,
		Open: func(ctx context.Context, folder string) (bench.Portal, error) { return openMeasured(ctx, in, folder) },
	})
}

// openMeasured opens the installation in a folder for a measurement. Nothing of
// the environment leads it to another database.
func openMeasured(ctx context.Context, in input, folder string) (bench.Portal, error) {
	c := &config{data: folder, bundle: in.getenv("LIUHEN_POSTGRES_BUNDLE")}
	if err := c.setLevel("warn"); err != nil {
		return bench.Portal{}, err
	}
	noKeys := func(string) string { return "" }
	h, err := openHouse(ctx, c, input{getenv: noKeys, out: in.out}, openDatabase)
	if err != nil {
		return bench.Portal{}, err
	}
	bin, err := embedded.Find(filepath.Join(folder, "pg"), c.bundle)
	if err != nil {
		return bench.Portal{}, errors.Join(err, h.close())
	}
	return bench.Portal{
		Server: bench.Server{
			Bin:    bin,
			Folder: filepath.Join(folder, "pg", "run"),
			Log:    filepath.Join(folder, "pg", "log"),
			Admin:  h.database.server.AdminDSN(databaseName),
			User:   appRole, Password: h.keys.AppPassword, Database: databaseName,
		},
		Key:          h.keys.actor,
		Data:         "演示机构（真实的 Berka 账户、贷款、卡和流水）之上的合成增长",
		Site:         h.anotherSite,
		SessionLayer: web.SessionLayer(h.deps),
		Import:       h.importTransactions,
		ImportFile:   h.importMeasured,
		TakeBatch:    h.takeBatch,
		SupplyTags:   h.supplyMeasuredTags,
		SettleTags:   h.settleTags,
		Close:        h.close,
	}, nil
}

// anotherSite opens the site over a pool of its own.
func (h *house) anotherSite(ctx context.Context) (http.Handler, func() error, error) {
	db, err := pg.Open(ctx, h.database.app, h.keys.actor)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "liuhen-bench-files-")
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	deps, err := web.Assemble(h.log, db, h.keys.seal, dir)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close(), os.RemoveAll(dir))
	}
	site := web.New(deps)
	return site, func() error {
		site.Close()
		return errors.Join(db.Close(), os.RemoveAll(dir))
	}, nil
}

// importTransactions runs a file of the Berka transactions through the import.
func (h *house) importTransactions(ctx context.Context, path string) (int64, error) {
	n, err := h.importMeasured(ctx, "berka-transactions", path)
	return n.Accepted, err
}
