package consent

// Category is what a customer may agree to receive, or a group of such.
type Category string

// The categories. Everything stands for all of them, and is not in the tree.
const (
	Everything Category = ""
	News       Category = "news"
	Market     Category = "market"
	Education  Category = "education"
	Product    Category = "product"
	Fund       Category = "fund"
	Wealth     Category = "wealth"
	Insurance  Category = "insurance"
	Private    Category = "private"
	Margin     Category = "margin"
)

// Class is the class of content by which sends are screened: information or products.
type Class string

// The classes.
const (
	A Class = "A"
	B Class = "B"
)

// node is a category in the tree; the table consent_category is the same.
type node struct {
	code, parent Category
	class        Class
	label        string
}

func tree() []node {
	return []node{
		{News, Everything, A, "资讯类"},
		{Market, News, A, "市场资讯"},
		{Education, News, A, "投教"},
		{Product, Everything, B, "产品类"},
		{Fund, Product, B, "公募"},
		{Wealth, Product, B, "理财"},
		{Insurance, Product, B, "保险"},
		{Private, Product, B, "私募"},
		{Margin, Product, B, "两融"},
	}
}

func (c Category) node() node {
	for _, n := range tree() {
		if n.code == c {
			return n
		}
	}
	return node{}
}

// Leaves lists the categories that can be granted, in their order: one purpose,
// one box.
func Leaves() []Category {
	var list []Category
	for _, n := range tree() {
		if n.parent != Everything {
			list = append(list, n.code)
		}
	}
	return list
}

// Parents lists the groups of categories, in their order.
func Parents() []Category {
	var list []Category
	for _, n := range tree() {
		if n.parent == Everything {
			list = append(list, n.code)
		}
	}
	return list
}

// Known reports whether the category is in the tree.
func (c Category) Known() bool { return c.node().code != Everything }

// Leaf reports whether the category can be granted.
func (c Category) Leaf() bool { return c.node().parent != Everything }

// Parent returns the group the category belongs to, Everything for a group.
func (c Category) Parent() Category { return c.node().parent }

// Class returns the class of the category.
func (c Category) Class() Class { return c.node().class }

// Label returns the category's name on screen.
func (c Category) Label() string {
	if c == Everything {
		return "全部类别"
	}
	if n := c.node(); n.label != "" {
		return n.label
	}
	return string(c)
}

// Covers reports whether what is said of c is said of the leaf as well.
func (c Category) Covers(leaf Category) bool {
	return c == Everything || c == leaf || c == leaf.Parent()
}

// Channel is a way to reach a customer.
type Channel string

// The channels. EveryChannel stands for all of them.
const (
	EveryChannel Channel = ""
	Moments      Channel = "moments"
	Mass         Channel = "mass"
	Chat         Channel = "chat"
	Phone        Channel = "phone"
	SMS          Channel = "sms"
)

// Channels lists the channels in their order, as consent_channel does.
func Channels() []Channel { return []Channel{Moments, Mass, Chat, Phone, SMS} }

// Known reports whether the channel is one.
func (c Channel) Known() bool { return c != EveryChannel && c.Label() != string(c) }

// Covers reports whether what is said of c is said of another channel as well.
func (c Channel) Covers(other Channel) bool { return c == EveryChannel || c == other }

// Label returns the channel's name on screen.
func (c Channel) Label() string {
	switch c {
	case EveryChannel:
		return "全部渠道"
	case Moments:
		return "朋友圈"
	case Mass:
		return "群发"
	case Chat:
		return "单聊"
	case Phone:
		return "电话"
	case SMS:
		return "短信"
	default:
		return string(c)
	}
}

// Plain returns the category's name in the customer's words.
func (c Category) Plain() string {
	switch c {
	case Education:
		return "投资者教育"
	case Fund:
		return "公募基金"
	case Wealth:
		return "理财产品"
	case Insurance:
		return "保险产品"
	case Private:
		return "私募产品"
	case Margin:
		return "融资融券"
	default:
		return c.Label()
	}
}

// Plain returns the channel's name in the customer's words.
func (c Channel) Plain() string {
	switch c {
	case Moments:
		return "企业微信朋友圈"
	case Mass:
		return "企业微信群发"
	case Chat:
		return "企业微信单聊"
	default:
		return c.Label()
	}
}
