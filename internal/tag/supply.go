package tag

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"liuhen/internal/pg"
)

// Supplied is a rule that comes with the program.
type Supplied struct {
	Code        string
	Name        string
	Description string
	Group       Group
	Condition   Node
}

// SuppliedRules lists the rules that come with the program. The names of those
// in the open group say no more than that something exists; 大额流出 and the like
// tell amounts and belong to the group they tell of.
func SuppliedRules() []Supplied {
	return []Supplied{
		{"F-01", "基金持仓客户", "持有任何一只产品", Basic, Is("holds", Simple{})},
		{"F-02", "债券基金持有", "持有名称含债的产品", Basic, Node{Any: []Node{Is("holds", Simple{Value: "债"}), Is("holds", Simple{Value: "固收"})}}},
		{"F-03", "高风险产品持有", "持有 R4 及以上的产品", Basic, Is("holds_risk", Simple{Value: "R4"})},
		{"L-01", "房贷客户", "有未结清的住房贷款或按揭", Basic, Node{Any: []Node{Is("loan", Simple{Value: "房"}), Is("loan", Simple{Value: "按揭"})}}},
		{"L-02", "在贷客户", "有任何未结清的贷款", Basic, Is("loan", Simple{})},
		{"K-01", "金卡客户", "持有金卡", Basic, Is("card", Simple{Value: "金"})},
		{"R-01", "低风险偏好", "测评为 C1 或 C2", Basic, Is("grade", Simple{Value: "C1,C2"})},
		{"R-02", "中风险偏好", "测评为 C3", Basic, Is("grade", Simple{Value: "C3"})},
		{"R-03", "高风险偏好", "测评为 C4 或 C5", Basic, Is("grade", Simple{Value: "C4,C5"})},
		{"R-04", "测评已过期", "风险等级已过有效期，推介前须重新测评", Basic, Is("grade_over", Simple{})},
		{"S-01", "久未联系", "90 天没有联系", Basic, Is("silent", Simple{Days: 90})},
		{"S-02", "高资产久未联系", "资产档 100–300万 及以上，且 60 天没有联系", Basic, Node{All: []Node{Is("band_from", Simple{Value: "100–300万"}), Is("silent", Simple{Days: 60})}}},
		{"S-03", "老年客户", "年龄段在 65 岁及以上，须双录并由本人办理", Basic, Is("age_from", Simple{Value: "65"})},
		{"B-01", "债券关注", "30 天内咨询提到债券 3 次", Basic, Is("talked", Simple{Value: "债券", Days: 30, Times: 3})},
		{"B-02", "贷款关注", "90 天内咨询提到贷款 2 次", Basic, Is("talked", Simple{Value: "贷款", Days: 90, Times: 2})},
		{"B-03", "养老关注", "90 天内咨询提到养老 1 次", Basic, Is("talked", Simple{Value: "养老", Days: 90, Times: 1})},
		{"T-01", "大额流出", "最后一笔流水前 30 天转出合计 10 万元以上", Transactions, Is("out_sum_latest", Simple{Value: "100000", Days: 30})},
		{"T-02", "单笔大额转出", "最后一笔流水前 90 天有单笔 5 万元以上的转出", Transactions, Is("out_single_latest", Simple{Value: "50000", Days: 90})},
		{"A-01", "持仓百万", "持仓市值合计 100 万元以上", Assets, Is("holdings_from", Simple{Value: "1000000"})},
	}
}

// Supply publishes rules in the program's own name where their codes are not
// taken, and returns how many it published. The next evaluation sets their tags.
// It is for the owner's command line; people publish by two.
func (k *Keeper) Supply(ctx context.Context, rules []Supplied) (added int, err error) {
	err = k.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		added = 0
		for _, s := range rules {
			n, err := supply(ctx, tx, s)
			if err != nil {
				return fmt.Errorf("%s: %w", s.Code, err)
			}
			added += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("supply rules: %w", err)
	}
	return added, nil
}

func supply(ctx context.Context, tx *pg.Tx, s Supplied) (added int, err error) {
	const rule = `
		INSERT INTO tag_rule (code, name, field_group)
		VALUES ($1, $2, $3)
		ON CONFLICT (code) DO NOTHING
		RETURNING id`
	var id int64
	err = tx.Get(ctx, &id, rule, s.Code, s.Name, string(s.Group))
	if pg.IsNoRows(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	condition, err := s.Condition.JSON()
	if err != nil {
		return 0, err
	}
	const version = `
		INSERT INTO tag_rule_version (rule_id, version, state, name, description, condition, reads, published_at)
		VALUES ($1, 1, 'published', $2, $3, $4, $5, now())`
	_, err = tx.Exec(ctx, version, id, s.Name, s.Description, condition, pq.Array(groupWords(s.Condition.Reads())))
	return 1, err
}

func groupWords(groups []Group) []string {
	words := make([]string, len(groups))
	for i, g := range groups {
		words[i] = string(g)
	}
	return words
}
