package access_test

import (
	"strings"
	"testing"

	"liuhen/internal/access"
	"liuhen/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestReasonsThatSayNothingAreRefused(t *testing.T) {
	t.Parallel()
	junk := []string{
		"", "   ", "。", "看一下", "1111111111", "测试测试测试", "测试测试测试测试", "aaaaaaaaaaaa", "。。。。。。。。。。。。",
		"..............", "￥%……&*（）——+", "顾明远顾明远顾明远顾明远", "客户顾明远的资产信息", "1234567890123", "qwertyuiop", "asdfghjklzxcvbnm",
		"qwertyuiopasdfghjkl", "ＱＷＥＲＴＹＵＩＯＰＡＳＤ", "abcdefghijklmn", "poiuytrewq lkjhgfdsa", "sdkfjhskdjfhksdjfh", "的的的的的的的的的的的",
		"看一下看一下看一下看一下", "查询资产信息查询资产信息", "工作需要，请领导批准，谢谢", "因工作需要申请查看客户资产信息，请领导批准",
		"业务需要业务需要业务需要1", "testtesttest", "test test test test", "😀😀😀😀😀😀😀😀😀😀", "2026-11-23 10:42:00", "啊啊啊啊啊啊啊啊啊啊啊啊啊",
		"查一下客户情况，谢谢领导", "我要看客户的资料信息数据", "\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b",
		"<script>alert(1)</script>"[:10], strings.Repeat("客户来电咨询理财到期安排。", 60),
	}
	for _, reason := range junk {
		fault := access.ReasonFault(reason, "顾明远")
		if fault == "" {
			t.Errorf("%q is taken as a reason", reason)
		} else if !strings.HasSuffix(fault, "。") {
			t.Errorf("%q: %q is no sentence", reason, fault)
		}
	}
}

func TestReasonsThatSaySomethingAreTaken(t *testing.T) {
	t.Parallel()
	good := []string{
		"客户今日 09:52 咨询调整理财配置，需核对现有持仓与到期安排，工单 S-88131。",
		"客户来电要提前还房贷，需核对余额，工单 88131。",
		"投诉短信扣费有误，需核对10月流水，投诉单 T-2026-118",
		"顾明远女士到店更换手机号，核对原预留号码",
		"监管现场检查抽样，第 17 号样本，需提供持仓",
		"适当性复评：测评到期，按制度核对持仓风险等级",
		"Customer called about loan 4711, must verify the balance",
		"客户要买 R3 基金，核对现有持仓",
		"代发工资未到账，客户在柜台等候核实",
		"为顾明远办理信用卡调额，单号 123456",
		"客户要补办存折，核对地址",
	}
	for _, reason := range good {
		if fault := access.ReasonFault(reason, "顾明远"); fault != "" {
			t.Errorf("%q is refused: %s", reason, fault)
		}
	}
}

func TestAHintSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{
		"看一下":         "至少 10 个字，现在 3 个",
		"1111111111":  "看不出要办什么",
		"顾明远女士，顾明远女士": "同一句话的重复",
		"qwertyuiop":  "随手敲的键盘",
		"因工作需要申请查看客户资产信息谢谢":      "套话",
		strings.Repeat("长", 501): "最多 500 个字，现在 501 个",
	} {
		if got := access.ReasonFault(reason, "顾明远"); !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", reason, got, want)
		}
	}
}
