package pg

import "time"

// Zone is where the institution reads its clocks. Sessions of the database use
// the same one, so that a day begins at the same moment in both.
func Zone() *time.Location { return time.FixedZone("CST", 8*60*60) }
