package intake

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"truce"
	"truce/schedule"
)

// agreementAct is one statement about an agreement or window, with what it is about.
type agreementAct struct {
	*act
	body  *truce.ActContent
	head  *truce.AgreementHead
	about *matter
	stood *truce.AgreementStanding // what the author said last of where it stands; nil where nothing
}

func readAgreementAct(d *draft) (any, error) {
	b, err := bodyAs[truce.ActContent](d)
	if err != nil {
		return nil, err
	}
	for _, t := range []struct {
		when *truce.When
		at   string
	}{{b.Occurrence, "/body/occurrence"}, {exactUntil(d.Kind, b), "/body/until"}} {
		if err := checkExact(t.when, t.at); err != nil {
			return nil, err
		}
	}
	if b.From != nil && b.Until != nil {
		if err := checkOrder(*b.From, *b.Until, "/body/until"); err != nil {
			return nil, err
		}
	}
	if d.Kind == truce.AgreementDeposit && (b.Party == "") == (b.Name == "") {
		return nil, truce.E(truce.CodeInvalid, "whose acceptance was received is not said").At("/body/party").WithHint("give party, or name")
	}
	return b, nil
}

// exactUntil is the end that must be exact, nil where an imprecise one will do.
func exactUntil(k truce.Kind, b *truce.ActContent) *truce.When {
	switch k {
	case truce.AgreementExtend, truce.WindowExtend, truce.CorridorAttest:
		return b.Until
	}
	return nil
}

// admitAgreementAct is every statement that is neither content nor its end: on the
// newest version, by one that may say so.
func admitAgreementAct(a *act) error {
	h, m, err := a.agreement()
	if err != nil {
		return err
	}
	x := &agreementAct{act: a, body: a.body.(*truce.ActContent), head: h, about: m}
	if x.body.Version != h.Version {
		return truce.E(truce.CodeStaleWrite, "there is a newer version").At("/body/version").
			WithHint("the newest version is %s; look at it, then sign again", h.Version)
	}
	if x.stood, err = a.in.Agreements.AgreementStanding(a.ctx, a.r, a.Subject, a.Author); err != nil {
		return err
	}
	return agreementRules[a.Kind](x)
}

var agreementRules = map[truce.Kind]func(*agreementAct) error{
	truce.AgreementAccept:    (*agreementAct).accept,
	truce.AgreementReject:    (*agreementAct).reject,
	truce.AgreementAdhere:    (*agreementAct).adhere,
	truce.AgreementReserve:   (*agreementAct).reserve,
	truce.AgreementSuspend:   (*agreementAct).suspend,
	truce.AgreementResume:    (*agreementAct).resume,
	truce.AgreementDenounce:  (*agreementAct).denounce,
	truce.AgreementExtend:    (*agreementAct).extend,
	truce.AgreementTerminate: (*agreementAct).terminate,
	truce.AgreementFulfil:    (*agreementAct).fulfil,
	truce.AgreementDeposit:   (*agreementAct).deposit,
	truce.WindowAccept:       (*agreementAct).accept,
	truce.WindowCondition:    (*agreementAct).condition,
	truce.WindowReject:       (*agreementAct).reject,
	truce.WindowSuspend:      (*agreementAct).suspend,
	truce.WindowResume:       (*agreementAct).resume,
	truce.WindowExtend:       (*agreementAct).extend,
	truce.WindowAbort:        (*agreementAct).abort,
	truce.WindowNeed:         (*agreementAct).anybody,
	truce.WindowContact:      (*agreementAct).contact,
	truce.CorridorAttest:     (*agreementAct).attest,
	truce.CorridorPass:       (*agreementAct).pass,
	truce.StepCount:          (*agreementAct).count,
}

// with demands one of the roles.
func (x *agreementAct) with(roles ...string) error {
	if x.about.is(x.Author, roles...) {
		return nil
	}
	return truce.E(truce.CodeRefused, "party %q is not named in it as one of %v", x.Author, roles).At("/author").
		WithHint("a party speaks for itself only, in the role that it is named with")
}

func (x *agreementAct) signatory() error { return x.with("signatory") }

// accept: for itself, in time, all of it, and once.
func (x *agreementAct) accept() error {
	if err := x.signatory(); err != nil {
		if x.head.Object == "agreement" && x.about.is(x.Author, "adherent") {
			return truce.E(truce.CodeRefused, "party %q is named as an adherent", x.Author).At("/author").WithHint("use agreement.adhere")
		}
		return err
	}
	if err := x.inTime(); err != nil {
		return err
	}
	if err := x.allTexts(); err != nil {
		return err
	}
	return x.notTwice()
}

func (x *agreementAct) condition() error {
	if err := x.signatory(); err != nil {
		return err
	}
	return x.inTime()
}

// inTime: before the deadline, by the log's clock.
func (x *agreementAct) inTime() error {
	by := x.about.acceptBy.Instant()
	if by.IsZero() || x.at.Before(by) {
		return nil
	}
	e := truce.E(truce.CodeRefused, "the deadline of acceptance was %s", by.Format(time.RFC3339)).At("/body/version")
	if x.about.open {
		return e.WithHint("join with agreement.adhere")
	}
	return e.WithHint("ask its owner for an amendment with a later deadline")
}

// allTexts: exactly the texts of the version, every authentic one among them.
func (x *agreementAct) allTexts() error {
	for i, hash := range x.body.Texts {
		if !slices.ContainsFunc(x.about.texts, func(t truce.TextContent) bool { return t.Hash == hash }) {
			return truce.E(truce.CodeConflict, "the text is none of the version that is accepted").At("/body/texts/" + strconv.Itoa(i)).
				WithHint("compare the texts: it is not the one that the others are asked to accept")
		}
	}
	for _, hash := range authentic(x.about.texts) {
		if !slices.Contains(x.body.Texts, hash) {
			return truce.E(truce.CodeConflict, "an authentic text of the version is not among those accepted").At("/body/texts").
				WithHint("accept every authentic text, or use agreement.reserve: %s is missing", hash)
		}
	}
	return nil
}

// authentic are the hashes of the authentic texts; of all, where none is marked.
func authentic(texts []truce.TextContent) []string {
	var out, all []string
	for i := range texts {
		all = append(all, texts[i].Hash)
		if texts[i].Authentic {
			out = append(out, texts[i].Hash)
		}
	}
	if len(out) == 0 {
		return all
	}
	return out
}

// stands reports whether what the author said last is of that kind and about the
// terms in force.
func (x *agreementAct) stands(kinds ...truce.Kind) bool {
	return x.stood != nil && x.stood.Terms == x.head.Terms && slices.Contains(kinds, x.stood.Kind)
}

func (x *agreementAct) notTwice() error {
	if !x.stands(x.Kind) {
		return nil
	}
	return truce.E(truce.CodeConflict, "party %q has said so already, in entry %d", x.Author, x.stood.Entry).At("/body/version").
		WithHint("nothing more is needed")
}

func (x *agreementAct) reject() error {
	if err := x.signatory(); err != nil {
		return err
	}
	if x.head.Object == "agreement" && x.bound() == nil {
		return truce.E(truce.CodeConflict, "party %q has accepted it", x.Author).At("/author").
			WithHint("who has accepted an agreement leaves it with agreement.denounce, after its notice")
	}
	return x.notTwice()
}

// adhere: who is named as an adherent, or anybody where the agreement is open.
func (x *agreementAct) adhere() error {
	if x.about.signatory(x.Author) && !x.about.open {
		return truce.E(truce.CodeRefused, "party %q is named as a signatory", x.Author).At("/author").WithHint("use agreement.accept")
	}
	if !x.about.open {
		if err := x.with("adherent"); err != nil {
			return err
		}
	}
	if err := x.notExcluded(); err != nil {
		return err
	}
	if err := x.allTexts(); err != nil {
		return err
	}
	return x.notTwice()
}

// notExcluded refuses an author that bears a name in the list of those whom the
// agreement does not cover.
func (x *agreementAct) notExcluded() error {
	for _, e := range x.about.excluded {
		if slices.ContainsFunc(x.author.Names, func(n truce.Name) bool { return strings.EqualFold(n.Text, e.Name) }) {
			return truce.E(truce.CodeRefused, "the agreement excludes party %q by its name", x.Author).At("/author").
				WithHint("only an amendment that all accept changes whom it covers")
		}
	}
	return nil
}

// reserve: but for clauses that are there.
func (x *agreementAct) reserve() error {
	if err := x.someClauses(); err != nil {
		return err
	}
	if err := x.notExcluded(); err != nil {
		return err
	}
	if x.bound() == nil && !x.stands(truce.AgreementReserve) {
		return truce.E(truce.CodeConflict, "party %q is bound already", x.Author).At("/author").
			WithHint("a reservation is made on joining; later there are agreement.suspend and agreement.denounce")
	}
	if x.about.signatory(x.Author) {
		if err := x.inTime(); err != nil {
			return err
		}
	} else if !x.about.open {
		if err := x.with("adherent"); err != nil {
			return err
		}
	}
	return x.knownTexts()
}

func (x *agreementAct) knownTexts() error {
	for i, hash := range x.body.Texts {
		if !slices.ContainsFunc(x.about.texts, func(t truce.TextContent) bool { return t.Hash == hash }) {
			return truce.E(truce.CodeConflict, "the text is none of the version").At("/body/texts/" + strconv.Itoa(i)).WithHint("use the hashes in texts")
		}
	}
	return nil
}

func (x *agreementAct) someClauses() error {
	for i, id := range x.body.Clauses {
		if !slices.Contains(x.about.clauses, id) {
			return truce.E(truce.CodeInvalid, "there is no clause %q", id).At("/body/clauses/" + strconv.Itoa(i)).WithHint("use the ids in clauses")
		}
	}
	return nil
}

// bound demands that the author has bound itself to the terms in force.
func (x *agreementAct) bound() error {
	if x.head.Object == "window" && x.about.signatory(x.Author) && x.head.Owner == x.Author {
		return nil // who announced it is bound by that
	}
	if x.stands(truce.AgreementAccept, truce.AgreementAdhere, truce.AgreementReserve, truce.AgreementSuspend, truce.AgreementResume,
		truce.WindowAccept, truce.WindowCondition, truce.WindowSuspend, truce.WindowResume) {
		return nil
	}
	return truce.E(truce.CodeConflict, "party %q is not bound by the version in force", x.Author).At("/author").
		WithHint("who has not accepted it has nothing to suspend or to leave")
}

func (x *agreementAct) suspend() error {
	if err := x.someClauses(); err != nil {
		return err
	}
	return x.bound()
}

func (x *agreementAct) resume() error {
	if x.stands(truce.AgreementSuspend, truce.WindowSuspend) {
		return nil
	}
	return truce.E(truce.CodeConflict, "party %q has not suspended it", x.Author).At("/author").WithHint("there is nothing to resume")
}

func (x *agreementAct) denounce() error {
	if x.stands(truce.AgreementDenounce) {
		return x.notTwice()
	}
	return x.bound()
}

// extend: by those whose consent it takes; of a window, an occurrence that is signed.
func (x *agreementAct) extend() error {
	if err := x.with("signatory", "guarantor", "co-chair"); err != nil {
		return err
	}
	if x.head.Object == "agreement" {
		return nil
	}
	return x.occurrence()
}

func (x *agreementAct) occurrence() error {
	begin := x.body.Occurrence.Instant()
	if x.about.schedule != nil {
		for _, text := range x.about.schedule.Instants {
			var iv schedule.Interval
			if iv.UnmarshalText([]byte(text)) != nil || !iv.From.Equal(begin) {
				continue
			}
			if !x.body.Until.Instant().After(iv.Until) {
				return truce.E(truce.CodeInvalid, "the occurrence ends at %s already", iv.Until.Format(time.RFC3339)).At("/body/until").WithHint("give a later end")
			}
			return nil
		}
	}
	return truce.E(truce.CodeInvalid, "no occurrence begins then").At("/body/occurrence").WithHint("give the beginning of one of the signed instants, in UTC")
}

func (x *agreementAct) terminate() error {
	if x.about.ending == "depositary" {
		return x.with("depositary")
	}
	return x.signatory()
}

// fulfil: a depositary where there is one, else each signatory.
func (x *agreementAct) fulfil() error {
	if slices.ContainsFunc(x.about.parties, func(p truce.PartyContent) bool { return p.Is("depositary") && p.Party != "" }) {
		return x.with("depositary")
	}
	return x.signatory()
}

// deposit: a depositary, about another party.
func (x *agreementAct) deposit() error {
	if err := x.with("depositary"); err != nil {
		return err
	}
	label := x.body.Party + x.body.Name
	if label == x.Author || !slices.ContainsFunc(x.about.parties, func(p truce.PartyContent) bool { return p.Label() == label }) {
		return truce.E(truce.CodeInvalid, "the agreement names no other party %q", label).At("/body/party").WithHint("use an id or name in parties")
	}
	return x.knownTexts()
}

// abort: whoever is named in it, or announced it. Breaking off must be easy.
func (x *agreementAct) abort() error {
	if x.head.Owner == x.Author || x.about.party(x.Author) != nil {
		return nil
	}
	return truce.E(truce.CodeRefused, "party %q is not named in the window", x.Author).At("/author").WithHint("tell one of its parties")
}

func (x *agreementAct) anybody() error { return nil }

func (x *agreementAct) contact() error {
	_, err := x.activeParty(x.body.Party, "/body/party")
	return err
}

func (x *agreementAct) attest() error {
	if x.about.party(x.Author) == nil {
		return truce.E(truce.CodeRefused, "party %q is not named in the corridor", x.Author).At("/author").WithHint("a hazard is told by the parties; others contest with a report")
	}
	return x.part(x.body.Segment, "/body/segment", x.about.segments)
}

func (x *agreementAct) pass() error {
	if x.body.Segment == "" {
		return nil
	}
	return x.part(x.body.Segment, "/body/segment", append(slices.Clone(x.about.segments), x.about.holding...))
}

func (x *agreementAct) count() error { return x.part(x.body.Step, "/body/step", x.about.steps) }

// part demands that the id is one of those.
func (x *agreementAct) part(id, at string, ids []string) error {
	if slices.Contains(ids, id) {
		return nil
	}
	return truce.E(truce.CodeInvalid, "there is nothing with the id %q in it", id).At(at).WithHint("it has %v", shorten(ids))
}

func shorten(ids []string) []string { return ids[:min(len(ids), 20)] }
