// Package access opens closed field groups of a customer's file for a limited
// time: somebody asks for groups of one customer with a purpose and a reason,
// the superior decides in the inbox of package approval, and the approval opens
// one grant for each group. A grant counts from the approval, runs out by
// itself, can be handed back, and ends with role, branch or employment.
//
//	          Request                approved             time, hand-back, change
//	locked ------------> pending ---------------> open --------------------------> expired
//	   ^                  |   \  returned                                            |
//	   |   rejected,      |    ----------> returned (amend, submit again)            |
//	   |   withdrawn      v                                                          |
//	   +------------------+----------------------------------------------------------+
//
// Nothing here shows or hides a value. The database does, by the rows of
// access_grant, which only open_access_grants() can write.
package access
