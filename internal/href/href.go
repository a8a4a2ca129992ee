// Package href is the address map: every URL of the site as a function. No
// other package writes a path, except the route table of package web.
package href

import (
	"net/url"
	"strconv"
)

// Home is the workbench.
func Home() string { return "/" }

// Login is the sign-in page; next, when not empty, is where it leads after.
func Login(next ...Param) string { return with("/login", next) }

// Next names the page to open after signing in.
func Next(path string) Param { return Text("next", path) }

// Logout ends the session (POST).
func Logout() string { return "/logout" }

// Static is the address of a file of package static.
func Static(name string) string { return "/static/" + name }

// Live is the stream of server-sent events of a signed-in page, beginning with
// what happened from since (unix seconds) on.
func Live(since int64) string { return with("/live", []Param{Int("since", since)}) }

// Why explains the rule behind something denied, blocked or locked.
func Why(rule string) string { return "/why/" + seg(rule) }

// Health answers whether the process runs.
func Health() string { return "/healthz" }

// Ready answers whether the process can serve.
func Ready() string { return "/readyz" }

// Metrics are the figures of the process for monitoring.
func Metrics() string { return "/metrics" }

// Customers is the customer list.
func Customers(params ...Param) string { return with("/customers", params) }

// CustomerSearch is the fragment with the results of search while typing.
func CustomerSearch(params ...Param) string { return with("/customers/search", params) }

// Customer is the file of one customer.
func Customer(no string) string { return "/customers/" + seg(no) }

// CustomerSection is the fragment with one field group of a customer's file.
func CustomerSection(no, group string) string { return Customer(no) + "/sections/" + seg(group) }

// CustomerRequests takes access requests for a customer (POST).
func CustomerRequests(no string) string { return Customer(no) + "/requests" }

// CustomerBreakGlass takes a break-glass for a customer (POST), and is the
// fragment that marks the file while one is open.
func CustomerBreakGlass(no string) string { return Customer(no) + "/break-glass" }

// CustomerOpen opens a group that the policy opens without asking (POST).
func CustomerOpen(no string) string { return Customer(no) + "/open" }

// CustomerNotes takes consultation notes for a customer (POST).
func CustomerNotes(no string) string { return Customer(no) + "/notes" }

// CustomerTags is what there is and was of a customer's tags, and takes one given
// by hand (POST).
func CustomerTags(no string) string { return Customer(no) + "/tags" }

// CustomerTagRemove takes a tag off that was given by hand (POST).
func CustomerTagRemove(no string, id int64) string {
	return CustomerTags(no) + "/" + num(id) + "/remove"
}

// CustomerTimeline is everything that happened to a customer, newest first.
func CustomerTimeline(no string, params ...Param) string {
	return with(Customer(no)+"/timeline", params)
}

// CustomerViews is who looked at a customer's file.
func CustomerViews(no string, params ...Param) string { return with(Customer(no)+"/views", params) }

// CustomerTransactions is the full list behind the transactions section.
func CustomerTransactions(no string, params ...Param) string {
	return with(Customer(no)+"/transactions", params)
}

// Approvals is the inbox.
func Approvals(params ...Param) string { return with("/approvals", params) }

// ApprovalList is the fragment with the list of the inbox.
func ApprovalList(params ...Param) string { return with("/approvals/list", params) }

// Approval is one approval in the inbox.
func Approval(id int64, params ...Param) string { return with("/approvals/"+num(id), params) }

// ApprovalDecide takes the decision on an approval (POST).
func ApprovalDecide(id int64) string { return Approval(id) + "/decide" }

// ApprovalWithdraw takes an approval back by its requester (POST).
func ApprovalWithdraw(id int64) string { return Approval(id) + "/withdraw" }

// ApprovalRemind asks the approver to hurry (POST).
func ApprovalRemind(id int64) string { return Approval(id) + "/remind" }

// ApprovalsDecide takes one decision on several approvals (POST).
func ApprovalsDecide() string { return "/approvals/decide" }

// Access is the viewer's own requests and grants.
func Access(params ...Param) string { return with("/access", params) }

// AccessPolicy is the policy of access, version by version, and takes a proposal
// (POST).
func AccessPolicy(params ...Param) string { return with("/admin/access", params) }

// Delegations is who stands in for the viewer as an approver, and takes a new
// delegation (POST).
func Delegations() string { return "/access/delegations" }

// DelegationRevoke ends a delegation at once (POST).
func DelegationRevoke(id int64) string { return Delegations() + "/" + num(id) + "/revoke" }

// AccessRequests is the list of requests for access.
func AccessRequests(params ...Param) string { return with("/access/requests", params) }

// AccessAnomalies is what compliance watches of everybody's access.
func AccessAnomalies(params ...Param) string { return with("/access/anomalies", params) }

// AccessRequestNew is the form that asks about several customers at once.
func AccessRequestNew(params ...Param) string { return with("/access/requests/new", params) }

// AccessRequestAgain is the form in which a returned request for several customers
// is amended (POST takes it).
func AccessRequestAgain(id int64) string { return AccessRequests() + "/" + num(id) }

// AccessLooked is the list of customers that were looked at.
func AccessLooked(params ...Param) string { return with("/access/looked", params) }

// AccessReviews are the break-glass that concern the viewer, on the page of
// access.
func AccessReviews() string { return Access() + "#reviews" }

// AccessReviewList is the fragment with the break-glass that concern the viewer.
func AccessReviewList() string { return "/access/reviews" }

// AccessList is the fragment with the viewer's requests and grants.
func AccessList() string { return "/access/list" }

// GrantReturn hands a grant back before it ends (POST).
func GrantReturn(id int64) string { return "/access/grants/" + num(id) + "/return" }

// Exports is the list of exports, and takes a new one (POST) with the filters of
// Customers.
func Exports(params ...Param) string { return with("/exports", params) }

// ExportNew is the form that asks for an export, with the filters of Customers.
func ExportNew(params ...Param) string { return with("/exports/new", params) }

// ExportFile makes the file of an approved export (POST).
func ExportFile(id int64) string { return "/exports/" + num(id) + "/file" }

// ExportVerify tells where a file came from, and takes one (POST).
func ExportVerify(params ...Param) string { return with("/exports/verify", params) }

// Trail is the log of who did or saw what.
func Trail(params ...Param) string { return with("/trail", params) }

// TrailCSV is the log as a file, with the filters of Trail.
func TrailCSV(params ...Param) string { return with("/trail.csv", params) }

// Imports is the list of imports, and takes a new file (POST).
func Imports(params ...Param) string { return with("/admin/imports", params) }

// Import is one import with its result.
func Import(id int64) string { return "/admin/imports/" + num(id) }

// ImportProgress is the fragment with the progress of an import.
func ImportProgress(id int64) string { return Import(id) + "/progress" }

// ImportRejects is the file of rejected lines of an import.
func ImportRejects(id int64) string { return Import(id) + "/rejects.csv" }

// ImportStart imports the file of a dry run (POST).
func ImportStart(id int64) string { return Import(id) + "/start" }

// ImportDiscard forgets the file of a dry run (POST).
func ImportDiscard(id int64) string { return Import(id) + "/discard" }

// ImportDraft is a file that waits for its columns to be mapped; POST saves the
// mapping.
func ImportDraft(id int64, params ...Param) string {
	return with("/admin/imports/drafts/"+num(id), params)
}

// ImportDraftSheet says which sheet of a workbook to read (POST).
func ImportDraftSheet(id int64) string { return ImportDraft(id) + "/sheet" }

// ImportDraftDrop forgets a file that waits (POST).
func ImportDraftDrop(id int64) string { return ImportDraft(id) + "/drop" }

// Sources is the list of source systems, and takes a new one (POST).
func Sources() string { return "/admin/sources" }

// Source is one source system; POST changes it.
func Source(code string) string { return Sources() + "/" + seg(code) }

// SourceTokens takes a new token of a source system (POST).
func SourceTokens(code string) string { return Source(code) + "/tokens" }

// SourceTokenRevoke ends a token (POST).
func SourceTokenRevoke(code string, id int64) string {
	return SourceTokens(code) + "/" + num(id) + "/revoke"
}

// Conflicts is the queue of what sources disagree about.
func Conflicts() string { return "/admin/conflicts" }

// Conflict takes the decision on a conflict (POST).
func Conflict(id int64) string { return Conflicts() + "/" + num(id) }

// OpenAPI is the description of the machine interface.
func OpenAPI() string { return "/api/v1/openapi.yaml" }

// ImportCancel stops a running import (POST).
func ImportCancel(id int64) string { return Import(id) + "/cancel" }

// TagRules is the list of rules that tag customers.
func TagRules() string { return "/admin/tags" }

// TagRuleNew is the form of a new rule, and takes it (POST).
func TagRuleNew() string { return "/admin/tags/new" }

// TagRule is one rule with its versions.
func TagRule(id int64) string { return TagRules() + "/" + num(id) }

// TagRuleDraft is the form of the next version of a rule, and takes it (POST).
func TagRuleDraft(id int64) string { return TagRule(id) + "/draft" }

// TagRulePreview says what publishing the draft of a rule would change.
func TagRulePreview(id int64) string { return TagRule(id) + "/preview" }

// TagRuleSubmit puts the draft of a rule before somebody else (POST).
func TagRuleSubmit(id int64) string { return TagRule(id) + "/submit" }

// TagRuleRetire takes a rule out of force (POST).
func TagRuleRetire(id int64) string { return TagRule(id) + "/retire" }

// AdminStaff is the list of people, and takes a new one (POST).
func AdminStaff(params ...Param) string { return with("/admin/people", params) }

// PeopleExport is the list of people as a file.
func PeopleExport(params ...Param) string { return with("/admin/people/export", params) }

// PeopleImports sends a file of people, and takes it (POST).
func PeopleImports() string { return "/admin/people/import" }

// PeopleImport is a file of people, and imports it (POST).
func PeopleImport(id int64, params ...Param) string {
	return with(PeopleImports()+"/"+num(id), params)
}

// PeopleImportProblems is a file of what is wrong with a file of people.
func PeopleImportProblems(id int64) string { return PeopleImport(id) + "/problems.csv" }

// PeopleTemplate is an empty file of people.
func PeopleTemplate(format string) string {
	return with(PeopleImports()+"/template", []Param{Text("format", format)})
}

// StaffDisable ends a person's access at once (POST).
func StaffDisable(id int64) string { return "/admin/people/" + num(id) + "/disable" }

// StaffEnable gives a disabled person access again (POST).
func StaffEnable(id int64) string { return "/admin/people/" + num(id) + "/enable" }

// StaffPerson is the page of one person, and takes another post (POST).
func StaffPerson(id int64) string { return "/admin/people/" + num(id) }

// StaffPassword takes a new password for somebody (POST).
func StaffPassword(id int64) string { return StaffPerson(id) + "/password" }

// Branches is the organisation, and takes a new branch (POST).
func Branches(params ...Param) string { return with("/admin/org", params) }

// Branch takes another name for a branch (POST).
func Branch(id int64) string { return "/admin/org/" + num(id) }

// BranchMove puts a branch under another (POST).
func BranchMove(id int64) string { return Branch(id) + "/move" }

// BranchClose closes a branch (POST).
func BranchClose(id int64) string { return Branch(id) + "/close" }

// LoginCode is the second step of signing in; next as for Login.
func LoginCode(next ...Param) string { return with("/login/code", next) }

// OwnCodes is the page of the own one-time codes.
func OwnCodes() string { return "/me/codes" }

// OwnCodesPicture is the picture that an authenticator app reads.
func OwnCodesPicture() string { return OwnCodes() + "/qr.png" }

// OwnCodesConfirm takes the first code of a new secret.
func OwnCodesConfirm() string { return OwnCodes() + "/confirm" }

// OwnCodesRecovery makes new recovery codes.
func OwnCodesRecovery() string { return OwnCodes() + "/recovery" }

// OwnSessions is the list of the own sessions.
func OwnSessions() string { return "/me/sessions" }

// OwnSessionEnd ends one of the own sessions.
func OwnSessionEnd(handle int64) string { return OwnSessions() + "/" + num(handle) + "/end" }

// OwnSessionsEnd ends all the own sessions but the one it is asked in.
func OwnSessionsEnd() string { return OwnSessions() + "/end" }

// StaffSessionEnd ends one session of a person.
func StaffSessionEnd(id, handle int64) string {
	return StaffPerson(id) + "/sessions/" + num(handle) + "/end"
}

// StaffSessionsEnd ends all sessions of a person.
func StaffSessionsEnd(id int64) string { return StaffPerson(id) + "/sessions/end" }

// StaffUnlock ends the pause of a person's account.
func StaffUnlock(id int64) string { return StaffPerson(id) + "/unlock" }

// StaffHandover hands the customers of a person over.
func StaffHandover(id int64, params ...Param) string {
	return with(StaffPerson(id)+"/handover", params)
}

// StaffTransfer moves a person to another branch.
func StaffTransfer(id int64, params ...Param) string {
	return with(StaffPerson(id)+"/transfer", params)
}

// StaffCodes takes the one-time codes from a person.
func StaffCodes(id int64) string { return StaffPerson(id) + "/codes" }

// Modules lists the modules with their switches.
func Modules() string { return "/admin/modules" }

// Module switches one module.
func Module(code string) string { return Modules() + "/" + seg(code) }

// Security says how each role signs in.
func Security() string { return "/admin/security" }

// OwnPassword changes the viewer's own password.
func OwnPassword() string { return "/me/password" }

// CustomerConsents is how a customer stands, and takes what they said.
func CustomerConsents(no string, params ...Param) string {
	return with(Customer(no)+"/consents", params)
}

// CustomerConsentCard is the part of it that the file shows.
func CustomerConsentCard(no string) string { return CustomerConsents(no) + "/card" }

// CustomerConsentWithdraw takes a withdrawal in one step.
func CustomerConsentWithdraw(no string) string { return CustomerConsents(no) + "/withdraw" }

// Consents is how the customers stand, counted.
func Consents(params ...Param) string { return with("/consents", params) }

// ConsentsFile is the same as a file.
func ConsentsFile(params ...Param) string { return with("/consents.csv", params) }

// ConsentWithdrawals lists what customers took back.
func ConsentWithdrawals(params ...Param) string { return with("/consents/withdrawals", params) }

// CustomerConsentLinks makes a link to the customer's own page.
func CustomerConsentLinks(no string) string { return CustomerConsents(no) + "/links" }

// CustomerConsentLinkEnd ends one.
func CustomerConsentLinkEnd(no string, id int64) string {
	return CustomerConsentLinks(no) + "/" + num(id) + "/end"
}

// ConsentPage is the customer's own page; params as for ConsentWordings.
func ConsentPage(token string, params ...Param) string { return with("/c/"+seg(token), params) }

// ConsentPageText is the whole text they agree to.
func ConsentPageText(token string) string { return ConsentPage(token) + "/text" }

// ConsentVerify checks the code of a receipt.
func ConsentVerify(params ...Param) string { return with("/c/verify", params) }

// ConsentWordings are the texts to which customers agree, version by version, and
// takes a proposal for the next one.
func ConsentWordings(params ...Param) string { return with("/consents/wordings", params) }

func num(id int64) string { return strconv.FormatInt(id, 10) }

// seg escapes one path segment.
func seg(s string) string { return url.PathEscape(s) }
