package demo

// Common surnames and characters of given names, written down by hand for this
// package. The names made from them belong to nobody.
const (
	surnames = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈" +
		"姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤"
	maleFirst   = "建志文国明伟永俊家浩子嘉天宏振思承景立博启凯庆宗世维学光正海"
	maleSecond  = "华强军平林峰涛杰辉鹏宇轩泽然斌磊刚毅诚远航凡瑞安康宁川松恒达新民生昌荣庭言成"
	femaleFirst = "晓雅淑秀美丽玉慧佳雨思诗静婉若梦欣春月冬海桂凤红文子嘉可书语"
	femaleLast  = "芳娟敏静丽娜婷颖琳玲燕萍梅兰英莲洁雪莹怡悦妍彤琪薇涵珊蓉佩茹岚宁云霞菲瑶馨溪"
)

// dice is a small generator of numbers that depend on nothing but its seed
// (splitmix64), so that each build makes the same institution.
type dice uint64

// roll returns dice for one purpose of one customer.
func roll(client int, purpose uint64) *dice {
	d := dice(uint64(client)*0x9E3779B97F4A7C15 + purpose*0xD1B54A32D192ED03)
	return &d
}

// below returns a number from 0 to n-1.
func (d *dice) below(n int) int {
	*d += 0x9E3779B97F4A7C15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return int((z ^ z>>31) % uint64(n))
}

// of returns one of the characters of s.
func (d *dice) of(s string) string {
	runes := []rune(s)
	return string(runes[d.below(len(runes))])
}

// personName makes a name up.
func personName(client int, female bool) string {
	d := roll(client, 1)
	first, last := maleFirst, maleSecond
	if female {
		first, last = femaleFirst, femaleLast
	}
	name := d.of(surnames)
	if d.below(10) < 8 {
		name += d.of(first)
	}
	return name + d.of(last)
}
