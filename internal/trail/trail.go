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
		ConsultationKept, AccessRequested, AccessReturned, AccessViewed, GlassBroken, GlassStopped, ApprovalViewed, ApprovalDecided,
		ApprovalReminded, ApprovalTaken, ApprovalAgain, ImportStarted, ImportCancelled,
		ImportFinished, SourceAdded, SourceChanged, TokenIssued, TokenRevoked, StaffAdded, StaffDisabled, StaffChanged, BranchAdded, BranchChanged,
		TagsViewed, TagGiven, TagRemoved, TagRuleSaved, TagRulePreviewed, TagRuleSubmitted, TagRulePublished, TagRuleRetired,
		PolicyProposed, PolicyPublished, TrailRead, TrailExported, PageRefused,
	}, peopleActions()...)
}

// Label returns the action's name on screen; an unknown action is its own name.
func (a Action) Label() string {
	switch a {
	case SignedIn:
		return "登录"
	case SignInRefused:
		return "登录被拒"
	case SignedOut:
		return "退出"
	case ListViewed:
		return "查找客户"
	case FileViewed:
		return "查看档案"
	case GroupRevealed:
		return "查看敏感信息"
	case ConsultationKept:
		return "记录咨询"
	case AccessRequested:
		return "申请调阅"
	case AccessReturned:
		return "提前归还"
	case AccessViewed:
		return "查看调阅授权"
	case GlassBroken:
		return "紧急调阅"
	case GlassStopped:
		return "紧急调阅结束"
	case ApprovalViewed:
		return "查看审批"
	case ApprovalDecided:
		return "审批决定"
	case ApprovalReminded:
		return "催办"
	case ApprovalTaken:
		return "撤回申请"
	case ApprovalAgain:
		return "重新提交"
	case ImportStarted:
		return "开始导入"
	case ImportCancelled:
		return "取消导入"
	case ImportFinished:
		return "导入结束"
	case SourceAdded:
		return "新增数据来源"
	case SourceChanged:
		return "变更数据来源"
	case TokenIssued:
		return "签发接口令牌"
	case TokenRevoked:
		return "停用接口令牌"
	case TagsViewed:
		return "查看标签"
	case TagGiven:
		return "添加标签"
	case TagRemoved:
		return "移除标签"
	case TagRuleSaved:
		return "编辑标签规则"
	case TagRulePreviewed:
		return "预览标签规则"
	case TagRuleSubmitted:
		return "提交标签规则"
	case TagRulePublished:
		return "发布标签规则"
	case TagRuleRetired:
		return "停用标签规则"
	case TrailRead:
		return "查看留痕"
	case TrailExported:
		return "导出留痕"
	case PolicyProposed:
		return "提议调阅政策"
	case PolicyPublished:
		return "调阅政策生效"
	case PageRefused:
		return "访问被拒"
	default:
		return a.peopleLabel()
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
