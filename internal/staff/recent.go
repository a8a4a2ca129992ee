package staff

import (
	"sync"
	"time"
)

// rememberFor is how long what was read may be used again without asking. An
// eviction comes by notification at once; this bounds a lost one.
const rememberFor = 5 * time.Second

// rememberMost is how many entries are kept before old ones are swept out.
const rememberMost = 10_000

// recent remembers what was just read, for rememberFor.
type recent[K comparable, V any] struct {
	mu    sync.Mutex
	known map[K]remembered[V]
	turn  uint64 // counts evictions, so that a read begun before one is not kept
}

type remembered[V any] struct {
	value V
	until time.Time
}

func newRecent[K comparable, V any]() *recent[K, V] {
	return &recent[K, V]{known: map[K]remembered[V]{}}
}

// get returns what is remembered of key, and the turn to hand to put.
func (r *recent[K, V]) get(key K) (value V, ok bool, turn uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	have, ok := r.known[key]
	if !ok || time.Now().After(have.until) {
		return value, false, r.turn
	}
	return have.value, true, r.turn
}

// put remembers value unless something was evicted since turn.
func (r *recent[K, V]) put(key K, value V, turn uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if turn != r.turn {
		return
	}
	if len(r.known) >= rememberMost {
		r.sweep()
	}
	r.known[key] = remembered[V]{value: value, until: time.Now().Add(rememberFor)}
}

// sweep drops what is out of date, and everything if that is not enough.
func (r *recent[K, V]) sweep() {
	now := time.Now()
	for key, have := range r.known {
		if now.After(have.until) {
			delete(r.known, key)
		}
	}
	if len(r.known) >= rememberMost {
		clear(r.known)
	}
}

// evict forgets the entries that drop says.
func (r *recent[K, V]) evict(drop func(K, V) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn++
	for key, have := range r.known {
		if drop(key, have.value) {
			delete(r.known, key)
		}
	}
}

// evictKey forgets one entry.
func (r *recent[K, V]) evictKey(key K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn++
	delete(r.known, key)
}

// evictAll forgets everything.
func (r *recent[K, V]) evictAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn++
	clear(r.known)
}
