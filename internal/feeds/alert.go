package feeds

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"truce"
	"truce/internal/i18n"
)

// The elements of a CAP 1.2 message that are used, in the order of the standard
// (OASIS, Common Alerting Protocol Version 1.2, 1 July 2010, 3.2).
type (
	capAlert struct {
		XMLName    xml.Name  `xml:"urn:oasis:names:tc:emergency:cap:1.2 alert"`
		Identifier string    `xml:"identifier"`
		Sender     string    `xml:"sender"`
		Sent       string    `xml:"sent"`
		Status     string    `xml:"status"`
		MsgType    string    `xml:"msgType"`
		Scope      string    `xml:"scope"`
		Note       string    `xml:"note,omitempty"`
		References string    `xml:"references,omitempty"`
		Infos      []capInfo `xml:"info"`
	}
	capInfo struct {
		Language    string     `xml:"language"`
		Category    string     `xml:"category"`
		Event       string     `xml:"event"`
		Response    string     `xml:"responseType"`
		Urgency     string     `xml:"urgency"`
		Severity    string     `xml:"severity"`
		Certainty   string     `xml:"certainty"`
		Effective   string     `xml:"effective"`
		Onset       string     `xml:"onset,omitempty"`
		Expires     string     `xml:"expires,omitempty"`
		SenderName  string     `xml:"senderName"`
		Headline    string     `xml:"headline"`
		Description string     `xml:"description"`
		Instruction string     `xml:"instruction"`
		Web         string     `xml:"web"`
		Parameters  []capPair  `xml:"parameter"`
		Areas       []capWhere `xml:"area"`
	}
	capPair struct {
		Name  string `xml:"valueName"`
		Value string `xml:"value"`
	}
	capWhere struct {
		Desc     string   `xml:"areaDesc"`
		Polygons []string `xml:"polygon"`
		Circles  []string `xml:"circle"`
	}
)

// Alert is a notice as a CAP 1.2 message, with an info block for each language: an
// Alert for its first version, an Update for a later one, a Cancel once it is called
// off; the last two refer to all messages before them. It depends on the newest version
// alone, not on the time at which it is asked for, as a message that was once sent stays as it
// is. Urgency goes by that version's time. Severity and certainty are Unknown: the
// register forecasts nothing. A notice without a version is CodeNotFound.
func Alert(b *Board, n *Notice) ([]byte, error) {
	if len(n.Versions) == 0 {
		return nil, truce.E(truce.CodeNotFound, "there is no message of it")
	}
	a := capAlert{Identifier: b.messageID(n, n.newest()), Sender: token(b.Register), Sent: capTime(n.newest().At),
		Status: capStatus(n), MsgType: msgType(n), Scope: "Public", References: b.references(n)}
	if a.Status != "Actual" {
		a.Note = strings.TrimSuffix(b.tell(n, i18n.English).mark(), ": ")
	}
	for _, lang := range i18n.Languages() {
		a.Infos = append(a.Infos, infoOf(b.tell(n, lang)))
	}
	return xmlText(a)
}

func (b *Board) messageID(n *Notice, v Version) string {
	return token(n.ID) + "." + fmt.Sprint(v.Entry)
}

// token is text without what CAP forbids in identifiers and senders: spaces,
// commas, < and &.
func token(text string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || strings.ContainsRune(",<&\u00a0", r) {
			return '_'
		}
		return r
	}, clean(text))
}

// references names the messages before the newest: sender,identifier,sent.
func (b *Board) references(n *Notice) string {
	var all []string
	for _, v := range n.Versions[:len(n.Versions)-1] {
		all = append(all, token(b.Register)+","+b.messageID(n, v)+","+capTime(v.At))
	}
	return strings.Join(all, " ")
}

// capTime is a time as CAP wants it: UTC is -00:00, never Z.
func capTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") + "-00:00" }

func capStatus(n *Notice) string {
	switch truce.Status(n.Status) {
	case truce.Actual:
		return "Actual"
	case truce.Exercise:
		return "Exercise"
	}
	return "Test"
}

// msgType is the type of the newest message. What is called off in the only
// version that there is has no earlier message that could be cancelled.
func msgType(n *Notice) string {
	switch {
	case len(n.Versions) == 1:
		return "Alert"
	case n.Off:
		return "Cancel"
	}
	return "Update"
}

func infoOf(t telling) capInfo {
	n, sent := t.notice, t.notice.newest().At
	info := capInfo{Language: string(t.lang), Category: capCategory(n.Kind), Event: t.kind(), Response: "Monitor",
		Urgency: urgency(n, sent), Severity: "Unknown", Certainty: "Unknown", Effective: capTime(sent),
		SenderName: clean(t.board.Register), Headline: t.headline(),
		Description: strings.Join(t.lines(sent), "\n"), Instruction: t.text("public.warn", nil),
		Web: t.board.pageAddress(n, t.lang), Parameters: parameters(n), Areas: []capWhere{areaOf(t)}}
	if _, iv := n.hours().At(sent); iv.From.Before(iv.Until) {
		info.Onset = capTime(iv.From)
	} else if next, _, ok := n.hours().Next(sent); ok {
		info.Onset = capTime(next)
	}
	if end := n.end(); end.After(sent) {
		info.Expires = capTime(end)
	}
	return info
}

func capCategory(kind string) string {
	switch kind {
	case "corridor", "evacuation":
		return "Transport"
	case "repair":
		return "Infra"
	}
	return "Security"
}

// urgency is by when it begins: now, within a day, later, or it is over.
func urgency(n *Notice, sent time.Time) string {
	open, _ := n.hours().At(sent)
	next, opens, ok := n.hours().Next(sent)
	switch {
	case open:
		return "Immediate"
	case ok && opens && next.Before(sent.Add(24*time.Hour)):
		return "Expected"
	case ok:
		return "Future"
	case len(n.Hours) > 0 && n.Complete:
		return "Past"
	}
	return "Unknown"
}

// parameters are for machines what the description says to people.
func parameters(n *Notice) []capPair {
	pairs := []capPair{{"truce:standing", string(n.Standing())}, {"truce:agreedByAll", fmt.Sprint(n.Standing() == AgreedByAll)},
		{"truce:ready", fmt.Sprint(n.Ready)}, {"truce:entry", fmt.Sprint(n.newest().Entry)}}
	for _, s := range n.Sides {
		pairs = append(pairs, capPair{"truce:party:" + token(s.ID), token(s.State)})
	}
	for i, iv := range n.Hours {
		if i == upcoming*10 {
			break
		}
		pairs = append(pairs, capPair{"truce:interval", iv.String()})
	}
	return pairs
}
