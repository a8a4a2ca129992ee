// Package customer is the customer file: who may see which customer, the list
// and the search, the file with its field groups, masking, consultation notes,
// the timeline and who looked at it.
//
// Values of closed groups are hidden by the database: a query here reads the
// closed tables as if everything were open and gets only the rows that a live
// grant of the acting person opens. Nothing in this package decides on that.
package customer
