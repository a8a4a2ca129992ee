package ui

import "time"

// SessionRow is one place where somebody is signed in.
type SessionRow struct {
	Browser string
	Address string
	Since   time.Time
	Seen    time.Time
	// Current marks the session that the page is asked in.
	Current bool
	// EndURL ends it; empty where it cannot be ended by itself.
	EndURL string
}
