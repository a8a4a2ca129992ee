// Package approval is the one engine behind every queue: a request of some
// kind goes through its steps, each decided by the person it is routed to, and
// what follows from the last approval runs in the deciding transaction.
//
//	           last step approved
//	pending ------------------------> approved
//	 |  ^  \  reject
//	 |  |   `-----------------------> rejected
//	 |  |    withdraw
//	 |  |   ,-----------------------> withdrawn
//	 |  |  /                           ^
//	 |  | resubmit                     |
//	 v  |            withdraw          |
//	returned --------------------------'
//
// Steps are decided in order. The first rejection or return stops the request;
// a request submitted again begins at its first step, because what was approved
// before has changed. The same table of moves stands in the database
// (approval_transition), where triggers hold it whatever SQL reaches them:
// nobody decides on the own request, in another's name, or twice.
//
// A kind brings its own table of what is asked for, submits with Submit inside
// its own transaction, and gives the engine an Effect.
package approval
