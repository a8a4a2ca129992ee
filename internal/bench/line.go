package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// Bound says on which side of its target a figure must be.
type Bound string

// The bounds.
const (
	AtLeast Bound = "least"
	AtMost  Bound = "most"
)

// Line is one measured comparison. Ratio is nil for an absolute figure, whose
// target Ours is held against, and Peer mostly too; otherwise Ratio is. A line
// without a Bound has no target: it is there to find one's bearings.
type Line struct {
	What   string   `json:"what"`
	Ours   float64  `json:"ours"`
	Peer   *float64 `json:"peer"`
	Unit   string   `json:"unit"`
	Ratio  *float64 `json:"ratio"`
	Target float64  `json:"target"`
	Bound  Bound    `json:"bound"`
	OK     bool     `json:"ok"`
	Size   string   `json:"size"`
}

// ratioLine returns the line of two figures of which ours stands over peer.
func ratioLine(what, unit string, ours, peer float64, bound Bound, target float64) Line {
	ratio := 0.0
	if peer != 0 {
		ratio = ours / peer
	}
	return Line{
		What: what, Unit: unit, Ours: round(ours), Peer: new(round(peer)), Ratio: new(round(ratio)),
		Target: target, Bound: bound, OK: peer != 0 && bound.holds(ratio, target),
	}
}

// absoluteLine returns the line of one figure.
func absoluteLine(what, unit string, ours float64, bound Bound, target float64) Line {
	return Line{What: what, Unit: unit, Ours: round(ours), Target: target, Bound: bound, OK: bound.holds(ours, target)}
}

// beside returns the line with a figure of the peer to find one's bearings by; the
// target is still held against Ours.
func (l Line) beside(peer float64) Line {
	l.Peer = new(round(peer))
	return l
}

// bearing returns the line of two figures that no target is held against.
func bearing(what, unit string, ours, peer float64) Line {
	l := ratioLine(what, unit, ours, peer, AtLeast, 0)
	l.Bound = ""
	return l
}

// holds reports whether a figure is on the right side of its target.
func (b Bound) holds(figure, target float64) bool {
	if b == AtMost {
		return figure <= target
	}
	return figure >= target
}

// sign returns the bound as it is written before a target.
func (b Bound) sign() string {
	if b == AtMost {
		return "≤"
	}
	return "≥"
}

// round keeps four figures, as many as a shared machine is good for.
func round(v float64) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0
	}
	digits := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*digits) / digits
}

// writeJSON writes a value as one line.
func writeJSON(out io.Writer, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write a line: %w", err)
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}
