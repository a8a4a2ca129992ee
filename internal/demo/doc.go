// Package demo builds the demo institution 演示银行: real accounts, loans, cards
// and transactions of the Berka data (folder berka, with its attribution), and
// beside them names, contact details, assessments, holdings and notes that this
// package makes up by fixed rules. Everything about customers comes in through
// the imports of package sourcing, in files of the source 演示生成, so the demo
// shows exactly what an institution's own files would.
//
// Dates of the Berka data stay as they are, so customers were born between 1911
// and 1987 and bank in the early nineties; what is made up is laid over the
// twelve months before the institution is built.
package demo
