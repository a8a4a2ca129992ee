package sourcing

import (
	"context"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/pg"
)

// State is how far an import has come.
type State string

// The states of an import.
const (
	Queued    State = "queued"    // waits for a process to take it up
	Running   State = "running"   // a process has a lease on it
	Done      State = "done"      // the whole file has been dealt with
	Failed    State = "failed"    // refused or broken off; Error says why
	Cancelled State = "cancelled" // stopped by a person, between two chunks
)

// Label returns the state's name on screen.
func (s State) Label() string {
	switch s {
	case Queued:
		return "排队中"
	case Running:
		return "进行中"
	case Done:
		return "已完成"
	case Failed:
		return "未导入"
	case Cancelled:
		return "已取消"
	default:
		return string(s)
	}
}

// Via is the way an import came.
type Via string

// The ways of an import.
const (
	ViaFile   Via = "file"   // sent by a person, on a page or the command line
	ViaAPI    Via = "api"    // a batch of the machine interface
	ViaFolder Via = "folder" // found in the watched folder
)

// Label returns the way's name on screen.
func (v Via) Label() string {
	switch v {
	case ViaAPI:
		return "接口"
	case ViaFolder:
		return "监看目录"
	default:
		return "文件"
	}
}

// Encoding is how the text of a file is written.
type Encoding string

// The encodings that are read.
const (
	UTF8    Encoding = "utf-8"
	GB18030 Encoding = "gb18030"
	XLSX    Encoding = "xlsx"
)

// Label returns the encoding's name on screen.
func (e Encoding) Label() string {
	switch e {
	case UTF8:
		return "UTF-8 文本"
	case GB18030:
		return "GB18030 文本（已转换）"
	case XLSX:
		return "Excel 工作簿（XLSX）"
	default:
		return ""
	}
}

// Over reports whether the import has ended.
func (s State) Over() bool { return s == Done || s == Failed || s == Cancelled }

// Job is one import as it stands.
type Job struct {
	ID          int64          `db:"id"`
	Mapping     string         `db:"mapping"`
	Title       string         `db:"title"` // of the mapping, on screen
	SourceID    int64          `db:"source_id"`
	SourceCode  string         `db:"source_code"`
	SourceName  string         `db:"source_name"`
	FileName    string         `db:"file_name"`
	SHA256      string         `db:"sha256"`
	Size        int64          `db:"size"`
	DryRun      bool           `db:"dry_run"`
	Sheet       string         `db:"sheet"`        // of a workbook; empty for the first
	RehearsalID int64          `db:"rehearsal_id"` // the dry run it goes on from; 0 without
	BranchID    int64          `db:"branch_id"`
	BranchName  string         `db:"branch_name"`
	State       State          `db:"state"`
	Step        string         `db:"step"` // wait, check, merge or end
	Via         Via            `db:"via"`
	Encoding    Encoding       `db:"encoding"` // empty until the file has been checked
	Ignored     pq.StringArray `db:"ignored"`
	RowsTotal   int64          `db:"rows_total"` // 0 until the file has been checked
	RowsChecked int64          `db:"rows_checked"`
	RowsDone    int64          `db:"rows_done"`
	BytesDone   int64          `db:"bytes_done"` // read by the check, as the file is stored
	Counts
	Error       string     `db:"error"` // why it failed, for the user
	CreatedBy   int64      `db:"created_by"`
	CreatedName string     `db:"created_name"`
	CreatedAt   time.Time  `db:"created_at"`
	StartedAt   *time.Time `db:"started_at"`
	EndedAt     *time.Time `db:"ended_at"`
	CancelAt    *time.Time `db:"cancel_requested_at"`
	Attempts    int        `db:"attempts"`
	Now         time.Time  `db:"now"` // of the database
}

// Took returns how long the import has been running or ran.
func (j *Job) Took() time.Duration {
	if j.StartedAt == nil {
		return 0
	}
	end := j.Now
	if j.EndedAt != nil {
		end = *j.EndedAt
	}
	return end.Sub(*j.StartedAt)
}

// PerSecond returns the rows dealt with in a second so far, 0 while unknown.
func (j *Job) PerSecond() int64 {
	took := j.Took()
	if took <= 0 || j.RowsDone == 0 {
		return 0
	}
	return int64(float64(j.RowsDone) / took.Seconds())
}

// jobColumns are the columns of a Job; they are read from import_job AS j with
// its source s and branch b.
const jobColumns = `
	j.id,
	j.mapping,
	j.source_id,
	s.code AS source_code,
	s.name AS source_name,
	j.file_name,
	j.sha256,
	j.size,
	j.dry_run,
	j.sheet,
	COALESCE(j.rehearsal_id, 0) AS rehearsal_id,
	COALESCE(m.title, '') AS title,
	j.branch_id,
	b.name AS branch_name,
	j.state,
	j.step,
	j.via,
	j.encoding,
	j.ignored,
	COALESCE(j.rows_total, 0) AS rows_total,
	j.rows_checked,
	j.rows_done,
	j.bytes_done,
	j.accepted,
	j.changed,
	j.unchanged,
	j.rejected,
	j.error,
	COALESCE(j.created_by, 0) AS created_by,
	j.created_name,
	j.created_at,
	j.started_at,
	j.ended_at,
	j.cancel_requested_at,
	j.attempts,
	clock_timestamp() AS now
FROM import_job AS j
JOIN source_system AS s ON s.id = j.source_id
JOIN branch AS b ON b.id = j.branch_id
LEFT JOIN source_mapping AS m ON m.name = split_part(j.mapping, '@', 1)
	AND m.version::text = split_part(j.mapping, '@', 2)`

// jobByID reads one import.
func (in *Intake) jobByID(ctx context.Context, tx *pg.Tx, id int64) (*Job, error) {
	var j Job
	err := tx.Get(ctx, &j, "SELECT "+jobColumns+"\nWHERE j.id = $1", id)
	if err != nil {
		return nil, pg.OrNotFound(err, "没有这次导入。")
	}
	in.entitle(&j)
	return &j, nil
}
