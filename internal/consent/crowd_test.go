package consent_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"liuhen/internal/consent"
	"liuhen/internal/pg"
)

// Ten thousand answers and withdrawals of two hundred customers at the same time,
// or as many as fit in fifteen seconds (all of them with CROWD=all), while customers
// change branch and the tally is folded: none is lost, nothing deadlocks, and the
// projection is what the ledger says.
func TestTenThousandAtOnce(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("10,000 transactions")
	}
	b := newBench(t)
	const most, workers, customers = 10_000, 16, 200
	ids := make([]int64, customers)
	for i := range ids {
		ids[i], _ = b.customer()
	}
	begun := time.Now()
	work, failed := make(chan int), make(chan error, workers+1)
	var crowd sync.WaitGroup
	for w := range workers {
		crowd.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 1))
			for n := range work {
				if err := b.act(r, ids[n%customers]); err != nil {
					select {
					case failed <- fmt.Errorf("act %d: %w", n, err):
					default:
					}
				}
			}
		})
	}
	stop := make(chan struct{})
	var beside sync.WaitGroup
	beside.Go(func() { b.stir(ids, stop, failed) })
	acts := 0
	for ; acts < most && (os.Getenv("CROWD") == "all" || time.Since(begun) < 15*time.Second); acts++ {
		work <- acts
	}
	close(work)
	crowd.Wait()
	took := time.Since(begun)
	close(stop)
	beside.Wait()
	select {
	case err := <-failed:
		t.Fatal(err)
	default:
	}
	t.Logf("%d acts in %v, %.0f a second", acts, took.Round(time.Millisecond), float64(acts)/took.Seconds())
	if n := b.db.QueryInt(`SELECT count(*) FROM consent_act`); n != int64(acts) {
		t.Errorf("%d acts are in the ledger, want %d", n, acts)
	}
	if n := b.db.QueryInt(`SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`); n != 0 {
		t.Errorf("%d deadlocks", n)
	}
	b.wantHonest()
}

func (b bench) act(r *rand.Rand, customer int64) error {
	e := consent.Entry{CustomerID: customer, Method: consent.ByImport, Evidence: "并发", Said: []consent.Said{b.something(r), b.something(r), b.something(r)}}
	for i := range e.Said {
		if e.Said[i].Kind == consent.Lapsed {
			e.Said[i].Kind = consent.Refused
		}
	}
	return b.db.InTx(b.ctx, pg.System, func(tx *pg.Tx) error { return consent.Enter(b.ctx, tx, []consent.Entry{e}) })
}

// stir moves customers between branches and folds the tally meanwhile.
func (b bench) stir(ids []int64, stop chan struct{}, failed chan error) {
	keeper := consent.NewKeeper(b.db.DB, quiet())
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		case <-time.After(5 * time.Millisecond):
		}
		branch := []int64{b.people.Branch1ID, b.people.Branch2ID}[n%2]
		err := b.db.InTx(b.ctx, pg.System, func(tx *pg.Tx) error {
			_, err := tx.Exec(b.ctx, `UPDATE customer SET branch_id = $1 WHERE id = $2`, branch, ids[n*7%len(ids)])
			return err
		})
		if err == nil && n%10 == 0 {
			err = keeper.Fold(b.ctx)
		}
		if err != nil {
			select {
			case failed <- err:
			default:
			}
			return
		}
	}
}
