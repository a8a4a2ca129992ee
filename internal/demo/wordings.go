package demo

import (
	"strings"
	"time"

	"liuhen/internal/consent"
)

// demoWordings are the texts of the demo institution, in our own words after what
// 个人信息保护法 第十七条 wants told. The second asks again for market news, which
// it widens, and limits private funds to conversations.
func demoWordings(now time.Time) []consent.Wording {
	all := consent.Channels()
	talk := []consent.Channel{consent.Chat, consent.Phone}
	one := consent.Wording{
		Title: "您愿意收到哪些资讯？", Intro: "选了才会发，没选的一条都不会发。随时可以回来更改，不影响已办业务。",
		Body: strings.Join(common(), "\n"), Note: "系统启用前使用的文本，随系统启用沿用。", From: firstDay(now),
		Texts: []consent.Text{
			{Category: consent.Market, Purpose: "利率、债市的周报与点评", Frequency: "不定期", Channels: all},
			{Category: consent.Education, Purpose: "反诈提示、投资常识与风险教育", Frequency: "每月不超过 2 条", Channels: all},
			{Category: consent.Fund, Purpose: "与您风险等级相符的公募基金信息", Frequency: "每月不超过 4 条", Channels: all},
			{Category: consent.Wealth, Purpose: "本行代销理财的上新与到期提醒", Frequency: "每周不超过 1 条", Channels: all},
			{Category: consent.Insurance, Purpose: "本行代理保险产品的介绍与续期提醒", Frequency: "每月不超过 1 条", Channels: all},
			{Category: consent.Private, Purpose: "经合格投资者认定后的私募产品信息", Frequency: "每月不超过 1 条", Channels: talk},
			{Category: consent.Margin, Purpose: "融资融券业务的规则与风险提示", Frequency: "每月不超过 1 条", Channels: all},
		},
	}
	two := one
	two.Texts = append([]consent.Text(nil), one.Texts...)
	two.Texts[0] = consent.Text{Category: consent.Market, Purpose: "利率、债市、汇市的周报与点评", Frequency: "每周不超过 2 条", Channels: all, AskAgain: true}
	two.Texts[2].Frequency, two.Texts[2].Months = "每月不超过 2 条", 24
	two.Texts[4].Months = 24
	two.Body = strings.Join(append(common(), "八、频次。各类资讯的发送次数不超过选项下写明的上限，发送时间为每日 8:00 至 20:00。"), "\n")
	two.Note, two.From = "市场资讯增加汇市并写明频次，须重新征询；公募、保险的同意两年后重新征询。", secondDay(now)
	return []consent.Wording{one, two}
}

// common is what both versions say.
func common() []string {
	return []string{
		"一、谁在处理。演示银行及您的开户支行依照您的选择，使用您的姓名、预留手机号和企业微信联系方式向您发送资讯。",
		"二、目的与方式。资讯按类别和渠道分别征求您的同意：您可以只同意其中一类、一个渠道。您没有选择的，我们不会发送。",
		"三、不捆绑。同意与否都不影响您已经办理和将要办理的业务、费率和服务。",
		"四、撤回。您可以随时在本页更改或撤回，也可以回复“退订”或告诉您的客户经理，当场生效，不需要说明理由。撤回不影响撤回之前依您的同意所做的处理。",
		"五、保存。您的选择、所依据的文本版本和时间作为凭证保存，自业务关系结束起五年；到期后删除，法律另有规定的从其规定。",
		"六、个性化推荐。是否按您的持仓和风险等级挑选内容，由您另行选择；不开启时，资讯不按个人特征挑选。",
		"七、您的权利。您可以查询、更正您的个人信息，也可以向本行消费者权益保护部门投诉，或向监管部门反映。",
	}
}
