// Package consent knows what customers agreed to receive: which category, by
// which channel, to which wording, when and on what evidence. What was said stands
// in an append-only ledger; the present state is a projection of it that the
// database keeps and that Keeper compares with the ledger. The default is no
// (广告法 第四十三条, 消费者权益保护法 第二十九条, 个人信息保护法 第十三条、第十四条).
package consent
