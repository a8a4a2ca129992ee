// Package sourcing takes files of the bank's systems in and merges them into
// one file for each customer.
//
// A mapping (mappings/*.json, data and no code) says how the columns of a file
// become customers, accounts, loans, transactions and so on; one row may become
// several of them, which then belong to the row's customer. A new kind of file
// is a new mapping.
//
// An import goes through its file twice. The check reads all of it before
// anything is written: it must be readable (UTF-8 or GB18030 text, or the first
// sheet of an XLSX workbook), hold no data of class C3, and then its number of
// rows is known. The merge reads it again in chunks. Each chunk is one
// transaction: its rows are converted in Go, copied with COPY into temporary
// tables with the columns of the mapping, and merged by a few statements for
// the whole chunk — new, changed (former values go to value_history),
// unchanged, or rejected for what they refer to. What stands beside closed
// values (masks, tokens, bands, last contact, grade) is recomputed for the
// customers that were touched. Temporary tables need no vacuum, write no log and
// are gone with the transaction, so no customer data lie around; a staging table
// kept over the whole import would need all three.
//
// Merges follow each other strictly, but while one goes on the next chunk is
// read, converted and staged, in a transaction of its own that then waits for
// its turn. What is left of the time is mostly the rows' places in the indexes of
// their table. So a chunk looks every account it names up once, however many
// rows name it, and looks for rows it may know already only if the table has any
// number between the chunk's least and greatest; and transactions, which come by
// the million, have as few indexes as their pages need.
//
// The chunk's checkpoint is written in the same transaction as its rows. A
// process that is killed loses the chunk it was at and nothing else; the next
// one goes on behind the last checkpoint, and the end is the same. A lease
// decides who works on an import, and every checkpoint proves that it is still
// held, so two processes never merge the same chunk.
//
// The queue is the table import_job itself. River, which the portal's stack
// offers, was looked at for it: with its job timeout off it never rescues a job
// whose process was killed, and with a timeout only by its elected leader,
// every 30 seconds, after the leader's own lease of 15 seconds has run out. An
// import must go on within 15 seconds and knows its own progress best.
//
// Who runs imports must not see customer data: rejects, logs and errors name
// lines, columns and reasons, never values.
package sourcing
