// Package bench measures the portal against its targets. Every line of a
// measurement compares two things run in turn in one process on one machine,
// takes the median of at least three rounds, and is a ratio: absolute figures
// are printed beside it for orientation only.
//
// The package knows the portal only from outside: as a program to start, an
// http.Handler, and a database. Which SQL a page costs is read from the server's
// own log, so the peer can never drift from what the page really asks.
package bench
