package auth

import (
	"encoding/json"
	"slices"

	"truce"
	"truce/internal/view/protected"
)

// Shown is what one viewer may read of one object.
type Shown struct {
	Relation Relation
	// Object holds what may be read and nothing else: bodies are masked, what
	// was said by and to others is left out, and the audience and the names of
	// parties are empty where they are not for the viewer.
	Object *protected.Object
	// Verification and Contested stand here because they cannot be worked out
	// from what is left of the steps and challenges.
	Verification protected.Verification
	Contested    bool
}

// Show is what v may read of o; nil when o does not exist to v, and every
// surface then answers as for an id that was never registered.
func Show(v Viewer, o *protected.Object) *Shown {
	rel := RelationOf(v, FactsOf(o))
	s := &Shown{Relation: rel}
	switch {
	case rel == RelationNone:
		return nil
	case o.Erased != nil:
		s.Object = showErased(rel, o)
		return s
	case May(rel, truce.DiscloseKind) == Nothing:
		s.Object = &protected.Object{Subject: o.Subject, Releases: grants(v, rel, DiscloseReleases, o.Releases)}
		return s
	}
	s.Verification, s.Contested = o.Verification(), o.Contested()
	s.Object = showObject(v, rel, o)
	return s
}

func showErased(rel Relation, o *protected.Object) *protected.Object {
	t := *o.Erased
	t.Author = party(rel, t.Author)
	if May(rel, DiscloseReleases) != All {
		t.Audience = nil
	}
	return &protected.Object{Subject: o.Subject, Status: o.Status, Erased: &t}
}

func showObject(v Viewer, rel Relation, o *protected.Object) *protected.Object {
	out := *o
	out.Owner = party(rel, o.Owner)
	out.Version, out.Content = showVersion(rel, o.Kind, o.Version), showVersion(rel, o.Kind, o.Content)
	if o.Freshened != nil {
		fresh := showVersion(rel, o.Kind, *o.Freshened)
		out.Freshened = &fresh
	}
	if o.Withdrawn != nil {
		w := *o.Withdrawn
		w.Author = party(rel, w.Author)
		if May(rel, truce.DiscloseInternal) != All {
			w.Text = ""
		}
		out.Withdrawn = &w
	}
	out.Consents = grants(v, rel, DiscloseConsents, o.Consents)
	out.Releases = grants(v, rel, DiscloseReleases, o.Releases)
	out.Steps = own(v, May(rel, DiscloseVerification), o.Steps, func(s protected.Step) truce.PartyID { return s.Author })
	out.Challenges = own(v, May(rel, DiscloseChallenges), o.Challenges, func(c protected.Challenge) truce.PartyID { return c.Author })
	for i := range out.Challenges {
		maskReplies(rel, &out.Challenges[i])
	}
	return &out
}

// maskReplies masks what others said in the course of a challenge.
func maskReplies(rel Relation, c *protected.Challenge) {
	c.Answers = slices.Clone(c.Answers)
	for i := range c.Answers {
		c.Answers[i] = showSaid(rel, truce.ChallengeAnswer, c.Answers[i])
	}
	if c.Closed != nil {
		closed := showSaid(rel, truce.ChallengeClose, *c.Closed)
		c.Closed = &closed
	}
}

func showSaid(rel Relation, k truce.Kind, s protected.Said) protected.Said {
	s.Author, s.Body = party(rel, s.Author), maskKind(k, s.Body, rel)
	return s
}

// party is the id of a party where parties may be read.
func party(rel Relation, id truce.PartyID) truce.PartyID {
	if May(rel, truce.DiscloseIdentity) != All {
		return ""
	}
	return id
}

func showVersion(rel Relation, object string, ver protected.Version) protected.Version {
	ver.Author = party(rel, ver.Author)
	if May(rel, DiscloseReleases) != All {
		ver.Audience = nil
	}
	ver.Body = maskKind(truce.Kind(object+"."+ver.Act), ver.Body, rel)
	return ver
}

func maskKind(k truce.Kind, body json.RawMessage, rel Relation) json.RawMessage {
	out, _ := maskKindWhole(k, body, rel)
	return out
}

func maskKindWhole(k truce.Kind, body json.RawMessage, rel Relation) (out json.RawMessage, whole bool) {
	spec, ok := truce.SpecOf(k)
	if !ok {
		return nil, false
	}
	return maskWhole(spec.Fields, body, rel)
}

func grants(v Viewer, rel Relation, group truce.Disclosure, all []protected.Grant) []protected.Grant {
	out := own(v, May(rel, group), all, func(g protected.Grant) truce.PartyID { return g.Recipient })
	if May(rel, truce.DiscloseIdentity) == All {
		return out
	}
	for i := range out {
		out[i].Author = ""
	}
	return out
}

// own keeps all, those that whose says are the viewer's, or none; in a new slice.
func own[T any](v Viewer, extent Extent, all []T, whose func(T) truce.PartyID) []T {
	switch extent {
	case All:
		return slices.Clone(all)
	case Nothing:
		return nil
	}
	var out []T
	for _, x := range all {
		if v.Party != "" && whose(x) == v.Party {
			out = append(out, x)
		}
	}
	return out
}

// ShowVersions is what v may read of the versions of o, given in order: what is in
// force, which is its newest content with what revalidated or withdrew that since, and
// what was before as the table says. To a recipient that is the content that was in
// force when its release began, and all since.
func ShowVersions(v Viewer, o *protected.Object, all []protected.Version) []protected.Version {
	f := FactsOf(o)
	rel := RelationOf(v, f)
	from, ok := f.shownFrom(v, rel, o, all)
	if !ok {
		return nil
	}
	var out []protected.Version
	for _, ver := range all {
		if ver.Entry >= from {
			out = append(out, showVersion(rel, o.Kind, ver))
		}
	}
	return out
}

// shownFrom is the entry from which on v may read the versions of o; ok is false
// where it may read none.
func (f *ObjectFacts) shownFrom(v Viewer, rel Relation, o *protected.Object, all []protected.Version) (from int64, ok bool) {
	if May(rel, truce.DiscloseKind) == Nothing || o.Erased != nil {
		return 0, false
	}
	switch May(rel, DiscloseVersions) {
	case All:
		return 0, true
	case Own:
		return f.toldSince(v.Party, all, o.Content.Entry), true
	}
	return o.Content.Entry, true
}

// toldSince is the entry of the content that was in force when the release that is in
// force began, or otherwise. A revalidation holds no content: who is told of an object
// after one is told of what it revalidates.
func (f *ObjectFacts) toldSince(to truce.PartyID, all []protected.Version, otherwise int64) int64 {
	for _, g := range f.Releases {
		if g.Recipient != to || !g.InForce() {
			continue
		}
		for _, ver := range all {
			if ver.Entry <= g.Entry && holdsContent(ver) {
				otherwise = ver.Entry
			}
		}
		return otherwise
	}
	return otherwise
}

// holdsContent reports whether a version has content of its own.
func holdsContent(v protected.Version) bool { return v.Act == "register" || v.Act == "amend" }

// ShowStatement is what v may read of the body of one statement about o, the
// entry number n. ok is false when the statement does not exist to v. whole is
// true when all of the body may be read, so that its envelope may be handed out:
// also to its author, who signed it. versions are the versions of o in order.
func ShowStatement(v Viewer, o *protected.Object, versions []protected.Version, n int64, s *truce.Statement) (body json.RawMessage, whole, ok bool) {
	if v.Party != "" && s.Author == v.Party {
		return s.Body, true, true
	}
	f := FactsOf(o)
	rel := RelationOf(v, f)
	switch s.Kind.Object() {
	case "site", "area", "movement":
		from, ok := f.shownFrom(v, rel, o, versions)
		at := slices.IndexFunc(versions, func(ver protected.Version) bool { return ver.Entry == n })
		if !ok || at < 0 || n < from {
			return nil, false, false
		}
		body, whole = maskKindWhole(truce.Kind(o.Kind+"."+versions[at].Act), versions[at].Body, rel)
		return body, whole && namesNobodyElse(v, rel, s), true
	case "erase":
		if rel == RelationNone {
			return nil, false, false
		}
		return s.Body, readsAll(rel), true
	}
	switch May(rel, aboutGroup[s.Kind.Object()]) {
	case All:
		return s.Body, true, true
	case Own:
		body, ok = ownStatement(v, rel, o, s)
	}
	return body, ok && readsWhole(v, rel, body, s), ok
}

var aboutGroup = map[string]truce.Disclosure{"verification": DiscloseVerification, "challenge": DiscloseChallenges,
	"consent": DiscloseConsents, "release": DiscloseReleases}

// ownStatement is the body of a statement that another party made and that
// concerns v: a release to it, or an answer to its challenge.
func ownStatement(v Viewer, rel Relation, o *protected.Object, s *truce.Statement) (body json.RawMessage, ok bool) {
	var b struct {
		Recipients []truce.PartyID `json:"recipients"`
		Challenge  string          `json:"challenge"`
	}
	if v.Party == "" || json.Unmarshal(s.Body, &b) != nil {
		return nil, false
	}
	if slices.Contains(b.Recipients, v.Party) {
		body, err := json.Marshal(map[string][]truce.PartyID{"recipients": {v.Party}})
		return body, err == nil
	}
	for i := range o.Challenges {
		if s.Kind.Object() == "challenge" && o.Challenges[i].ID == b.Challenge && o.Challenges[i].Author == v.Party {
			return maskKind(s.Kind, s.Body, rel), true
		}
	}
	return nil, false
}
