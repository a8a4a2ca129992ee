// Package trail keeps the record of who did or saw what, when. A line is
// written in the transaction of the act it speaks of: if the act does not
// happen, neither does the line, and the other way round. Lines are never
// changed or removed; the database refuses it.
package trail

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/lib/pq"

	"liuhen/internal/pg"
)

// Action says what was done, as "<area>.<act>".
type Action string

// The actions on record. Label gives their Chinese names.
const (
	SignedIn         Action = "session.signed_in"
	SignInRefused    Action = "session.refused"
	SignedOut        Action = "session.signed_out"
	ListViewed       Action = "customer.listed"
	FileViewed       Action = "customer.viewed"
	GroupRevealed    Action = "customer.revealed"
	ConsultationKept Action = "customer.noted"
	AccessRequested  Action = "access.requested"
	AccessReturned   Action = "access.handed_back"
	AccessViewed     Action = "access.viewed"
	GlassBroken      Action = "access.glass_broken"
	GlassStopped     Action = "access.glass_stopped"
	ExportAsked      Action = "export.requested"
	ExportFetched    Action = "export.downloaded"
	ExportChecked    Action = "export.verified"
	ApprovalViewed   Action = "approval.viewed"
	ApprovalDecided  Action = "approval.decided"
	ApprovalReminded Action = "approval.reminded"
	ApprovalTaken    Action = "approval.withdrawn"
	ApprovalAgain    Action = "approval.resubmitted"
	ImportStarted    Action = "import.started"
	ImportCancelled  Action = "import.cancelled"
	ImportFinished   Action = "import.finished"
	SourceAdded      Action = "source.added"
	SourceChanged    Action = "source.changed"
	TokenIssued      Action = "source.token_issued"
	TokenRevoked     Action = "source.token_revoked"
	StaffAdded       Action = "staff.added"
	StaffDisabled    Action = "staff.disabled"
	StaffChanged     Action = "staff.changed"
	BranchAdded      Action = "branch.added"
	BranchChanged    Action = "branch.changed"
	TagsViewed       Action = "tag.viewed"
	TagGiven         Action = "tag.given"
	TagRemoved       Action = "tag.removed"
	TagRuleSaved     Action = "tag.rule_saved"
	TagRulePreviewed Action = "tag.rule_previewed"
	TagRuleSubmitted Action = "tag.rule_submitted"
	TagRulePublished Action = "tag.rule_published"
	TagRuleRetired   Action = "tag.rule_retired"
	TrailRead        Action = "trail.read"
	TrailExported    Action = "trail.exported"
	PolicyProposed   Action = "policy.proposed"
	PolicyPublished  Action = "policy.published"
	PageRefused      Action = "page.refused"
)

// Actions lists every action in the order in which a filter offers them.
func Actions() []Action {
	return append([]Action{
		SignedIn, SignInRefused, SignedOut, ListViewed, FileViewed, GroupRevealed,
		ConsultationKept, AccessRequested, AccessReturned, AccessViewed, GlassBroken, GlassStopped,
		ExportAsked, ExportFetched, ExportChecked, ApprovalViewed, ApprovalDecided,
		ApprovalReminded, ApprovalTaken, ApprovalAgain, ImportStarted, ImportCancelled,
		ImportFinished, SourceAdded, SourceChanged, TokenIssued, TokenRevoked, StaffAdded, StaffDisabled, StaffChanged, BranchAdded, BranchChanged,
		TagsViewed, TagGiven, TagRemoved, TagRuleSaved, TagRulePreviewed, TagRuleSubmitted, TagRulePublished, TagRuleRetired,
		PolicyProposed, PolicyPublished, TrailRead, TrailExported, PageRefused,
	}, peopleActions()...)
}

// Label returns the action's name on screen; an unknown action is its own name.
func (a Action) Label() string {
	if label := labels()[a]; label != "" {
		return label
	}
	return string(a)
}

// labels are the names of the actions on screen.
func labels() map[Action]string {
	return map[Action]string{
		SignedIn:         "登录",
		SignInRefused:    "登录被拒",
		SignedOut:        "退出",
		ListViewed:       "查找客户",
		FileViewed:       "查看档案",
		GroupRevealed:    "查看敏感信息",
		ConsultationKept: "记录咨询",
		AccessRequested:  "申请调阅",
		AccessReturned:   "提前归还",
		AccessViewed:     "查看调阅授权",
		GlassBroken:      "紧急调阅",
		GlassStopped:     "紧急调阅结束",
		ExportAsked:      "申请导出",
		ExportFetched:    "下载导出文件",
		ExportChecked:    "验证导出文件",
		ApprovalViewed:   "查看审批",
		ApprovalDecided:  "审批决定",
		ApprovalReminded: "催办",
		ApprovalTaken:    "撤回申请",
		ApprovalAgain:    "重新提交",
		ImportStarted:    "开始导入",
		ImportCancelled:  "取消导入",
		ImportFinished:   "导入结束",
		SourceAdded:      "新增数据来源",
		SourceChanged:    "变更数据来源",
		TokenIssued:      "签发接口令牌",
		TokenRevoked:     "停用接口令牌",
		StaffAdded:       "新增人员",
		StaffDisabled:    "停用人员",
		StaffChanged:     "变更人员",
		BranchAdded:      "新增机构",
		BranchChanged:    "变更机构",
		TagsViewed:       "查看标签",
		TagGiven:         "添加标签",
		TagRemoved:       "移除标签",
		TagRuleSaved:     "编辑标签规则",
		TagRulePreviewed: "预览标签规则",
		TagRuleSubmitted: "提交标签规则",
		TagRulePublished: "发布标签规则",
		TagRuleRetired:   "停用标签规则",
		TrailRead:        "查看留痕",
		TrailExported:    "导出留痕",
		PolicyProposed:   "提议调阅政策",
		PolicyPublished:  "调阅政策生效",
		PageRefused:      "访问被拒",
	}
}

// Who is the person a line is about, as they were at the time.
type Who struct {
	StaffID int64 // 0 before sign-in
	No      string
	Name    string
	Role    string
	Address string // the client's IP address; empty on the command line
}

// Entry is what a line says besides who and when.
type Entry struct {
	Action     Action
	Refused    bool // the act was tried and refused
	CustomerID int64
	CustomerNo string
	ApprovalID int64
	Groups     []string // field groups seen or asked for
	Detail     string   // a short Chinese sentence; never a value of a closed group
}

// Write appends a line in tx. The database refuses a line whose Who is not the
// actor of tx. Detail is cut to 1,000 characters.
func Write(ctx context.Context, tx *pg.Tx, who Who, e Entry) error {
	const q = `
		INSERT INTO trail (
			staff_id,
			staff_no,
			staff_name,
			staff_role,
			action,
			refused,
			customer_id,
			customer_no,
			approval_id,
			groups,
			detail,
			address
		)
		VALUES (
			NULLIF($1::bigint, 0), $2, $3, $4, $5, $6,
			NULLIF($7::bigint, 0), $8, NULLIF($9::bigint, 0), $10, $11, NULLIF($12, '')::inet
		)`
	groups := e.Groups
	if groups == nil {
		groups = []string{}
	}
	_, err := tx.Exec(ctx, q, who.StaffID, who.No, who.Name, who.Role, string(e.Action), e.Refused,
		e.CustomerID, e.CustomerNo, e.ApprovalID, pq.Array(groups), cut(e.Detail, 1000), who.Address)
	if err != nil {
		return fmt.Errorf("write trail %s: %w", e.Action, err)
	}
	return nil
}

// cut shortens s to at most n characters of valid UTF-8.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// Line is one line of the trail as it is read back.
type Line struct {
	ID         int64          `db:"id"`
	At         time.Time      `db:"at"`
	StaffID    int64          `db:"staff_id"`
	StaffNo    string         `db:"staff_no"`
	StaffName  string         `db:"staff_name"`
	StaffRole  string         `db:"staff_role"`
	Action     Action         `db:"action"`
	Refused    bool           `db:"refused"`
	CustomerID int64          `db:"customer_id"`
	CustomerNo string         `db:"customer_no"`
	ApprovalID int64          `db:"approval_id"`
	Groups     pq.StringArray `db:"groups"`
	Detail     string         `db:"detail"`
	Address    string         `db:"address"`
}

// Note writes a line in a transaction of its own, for an act that has none:
// a refused try.
func Note(ctx context.Context, db *pg.DB, who Who, e Entry) error {
	return db.InTx(ctx, pg.Actor(who.StaffID), func(tx *pg.Tx) error {
		return Write(ctx, tx, who, e)
	})
}
