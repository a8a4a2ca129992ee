// Package tag puts tags on customers: by rules that are data, and by hand.
//
// A rule is a condition over an allowlist of fields (Fields), kept in numbered
// versions that two people publish. Conditions are compiled to SQL over what
// the fields need of each customer, gathered once for all rules of a run and
// compared, a bit a rule, with the tags there are; of whom something changes, tags
// are added with their evidence or closed. Nothing of a customer's leaves the
// database for it.
//
// What makes an evaluation necessary is written down where it happens, by
// triggers (tag_due, and tag_touched for the customers of an import), and is gone
// with the transaction that evaluates it, so a crash or a restart loses nothing.
// The first run of a day moves the windows of time on.
//
// A tag keeps the evidence it came on, a sentence for each field group its facts
// are of; row-level security hides each sentence with its group, and the tag
// itself where the rule belongs to a closed group.
package tag
