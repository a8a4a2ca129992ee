package ui

import (
	"fmt"
	"strconv"
	"time"
)

// Work is how far a long task has come.
type Work struct {
	Title string
	// Done of Total units; Total zero means the size is not known yet.
	Done  int64
	Total int64
	Unit  string
	// PerSecond is the speed; zero while it is not known.
	PerSecond int64
	// Cancel is posted to stop the task; empty where it cannot be stopped.
	Cancel string
}

func (w Work) percent() int64 {
	if w.Total <= 0 {
		return 0
	}
	return min(100, w.Done*100/w.Total)
}

func (w Work) percentText() string { return strconv.FormatInt(w.percent(), 10) + "%" }

func (w Work) count() string {
	if w.Total <= 0 {
		return Number(w.Done) + " " + w.Unit
	}
	return Number(w.Done) + " / " + Number(w.Total) + " " + w.Unit
}

// pace is the speed and the time it leaves.
func (w Work) pace() string {
	if w.PerSecond <= 0 {
		return ""
	}
	speed := Number(w.PerSecond) + " " + w.Unit + "/秒"
	if w.Total <= w.Done {
		return speed
	}
	left := time.Duration((w.Total-w.Done)/w.PerSecond+1) * time.Second
	return speed + " · 剩约 " + about(left)
}

// about writes a duration as people say it.
func about(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d 秒", int64(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d 分钟", int64(d.Minutes()))
	default:
		return fmt.Sprintf("%d 小时 %d 分", int64(d.Hours()), int64(d.Minutes())%60)
	}
}
