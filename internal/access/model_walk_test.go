package access_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// longest is how many steps a sequence has that the tests go through.
const longest = 6

// tour takes every move of a graph of worlds, several scenes at a time.
type tour struct {
	stage
	acts   []act
	depth  map[worldModel]int
	mu     sync.Mutex
	open   map[worldModel][]act // moves not taken yet
	moves  int
	steps  atomic.Int64
	scenes atomic.Int64
}

// newTour plans every move of some of the people from each world that comes
// about in fewer than deep steps; those that are refused only from the worlds
// that come about in fewer than denied.
func newTour(s stage, deep, denied int, of ...int) *tour {
	t := &tour{stage: s, acts: acts(of...), open: map[worldModel][]act{}}
	t.depth = reach(deep, t.acts)
	for w, n := range t.depth {
		for _, a := range t.acts {
			if _, may := w.next(a); n < denied || may && n < deep {
				t.open[w] = append(t.open[w], a)
				t.moves++
			}
		}
	}
	return t
}

// take returns the steps that lead from a world to the nearest move not taken
// yet, which is the last of them; none if none can be reached.
func (t *tour) take(from worldModel) []act {
	t.mu.Lock()
	defer t.mu.Unlock()
	type at struct {
		world worldModel
		way   []act
	}
	seen := map[worldModel]bool{from: true}
	for queue := []at{{from, nil}}; len(queue) > 0; queue = queue[1:] {
		here := queue[0]
		if todo := t.open[here.world]; len(todo) > 0 {
			t.open[here.world] = todo[1:]
			return append(here.way[:len(here.way):len(here.way)], todo[0])
		}
		for _, a := range t.acts {
			after, may := here.world.next(a)
			if _, known := t.depth[after]; may && known && !seen[after] {
				seen[after] = true
				queue = append(queue, at{after, append(here.way[:len(here.way):len(here.way)], a)})
			}
		}
	}
	return nil
}

// walk takes moves, in one scene after the other, until none is left.
func (t *tour) walk() error {
	for {
		w, said := worldModel{}, []string(nil)
		way := t.take(w)
		if way == nil {
			return nil
		}
		sc, err := t.scene()
		if err != nil {
			return err
		}
		t.scenes.Add(1)
		for ; way != nil; way = t.take(w) {
			for i, a := range way {
				t.steps.Add(1)
				said = append(said, a.String())
				if w, err = sc.step(w, a, i == len(way)-1); err != nil {
					return fmt.Errorf("%s: %w", strings.Join(said, " "), err)
				}
			}
		}
	}
}

// run walks with several scenes at a time and returns the first difference
// between the portal and the model.
func (t *tour) run() error {
	const walkers = 4
	errs := make(chan error, walkers)
	for range walkers {
		go func() { errs <- t.walk() }()
	}
	var wrong error
	for range walkers {
		if err := <-errs; err != nil && wrong == nil {
			wrong = err
			t.mu.Lock()
			clear(t.open)
			t.mu.Unlock()
		}
	}
	return wrong
}

// TestNoSequenceShowsARowWithoutARight takes every step from every world that
// comes about in fewer than six: with the two managers, and with the head of the
// branch. Together they are too many for every day: MODEL=all walks those too.
func TestNoSequenceShowsARowWithoutARight(t *testing.T) {
	t.Parallel()
	s := newStage(newCounter(t))
	tours := map[string]*tour{
		"the managers": newTour(s, longest, 3, first, second),
		"the head":     newTour(s, longest, 3, head),
	}
	if os.Getenv("MODEL") == "all" {
		tours["everybody"] = newTour(s, longest, longest, first, second, head)
	}
	for name, tr := range tours {
		begin := time.Now()
		if err := tr.run(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		t.Logf("%s: %d worlds, %d moves, %d steps in %d scenes, %v", name, len(tr.depth), tr.moves, tr.steps.Load(), tr.scenes.Load(), time.Since(begin).Round(time.Second))
	}
}

// TestNoRandomSequenceShowsARowWithoutARight takes steps of everybody by chance,
// refused ones among them. SEED repeats a run, MODEL=all makes it longer.
func TestNoRandomSequenceShowsARowWithoutARight(t *testing.T) {
	t.Parallel()
	s := newStage(newCounter(t))
	seed, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	sequences := 120
	if os.Getenv("MODEL") == "all" {
		sequences = 5000
	}
	chance := rand.New(rand.NewPCG(seed, 0))
	all := acts(first, second, head)
	for range sequences {
		sc, err := s.scene()
		if err != nil {
			t.Fatal(err)
		}
		w, said := worldModel{}, []string(nil)
		for range longest {
			a := all[chance.IntN(len(all))]
			if _, may := w.next(a); !may && chance.IntN(4) > 0 {
				continue // most of what is drawn is refused
			}
			said = append(said, a.String())
			if w, err = sc.step(w, a, true); err != nil {
				t.Fatalf("SEED=%d: %s: %v", seed, strings.Join(said, " "), err)
			}
		}
	}
	t.Logf("SEED=%d", seed)
}

// What the walks would not notice they would not prove: each of these breaks the
// rights in the database, and is found.
func TestABrokenRightIsFound(t *testing.T) {
	t.Parallel()
	policy := func(change string) string {
		return `ALTER POLICY account_granted ON account USING ((SELECT true FROM access_grant AS g WHERE ` + change + ` LIMIT 1))`
	}
	for name, sql := range map[string]string{
		"past its time":    policy(`g.staff_id = (SELECT acting_staff()) AND g.customer_id = account.customer_id AND g.field_group = 'assets' AND g.ended_at IS NULL`),
		"handed back":      policy(`g.staff_id = (SELECT acting_staff()) AND g.customer_id = account.customer_id AND g.field_group = 'assets' AND g.expires_at > now()`),
		"another's":        policy(`g.customer_id = account.customer_id AND g.field_group = 'assets' AND g.ended_at IS NULL AND g.expires_at > now()`),
		"another group's":  policy(`g.staff_id = (SELECT acting_staff()) AND g.customer_id = account.customer_id AND g.ended_at IS NULL AND g.expires_at > now()`),
		"who was disabled": `ALTER TABLE staff DISABLE TRIGGER staff_change_ends_rights`,
		"what moved away":  `ALTER TABLE customer DISABLE TRIGGER customer_move_ends_grants`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(newCounter(t))
			s.db.MustExec(sql)
			err := newTour(s, 3, 0, first, second).run()
			if err == nil {
				err = newTour(s, 3, 0, head).run()
			}
			if err == nil || !strings.Contains(err.Error(), " sees ") {
				t.Errorf("the walk finds %v, want somebody who sees too much", err)
			}
		})
	}
}
