// Package pg is the portal's way to PostgreSQL: it opens the pool, runs
// transactions in the name of whoever acts, listens for notifications, runs the
// migrations and turns constraint violations into faults.
//
// Every transaction says who acts (Actor). The statement that begins it also
// sets liuhen.actor, a claim signed with the ActorKey; policies and triggers in
// the database verify the signature, so SQL that slipped into a statement can
// neither read a closed field group nor act as somebody else.
package pg
