package intake_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/compose"
	"truce/proof"
)

// enrolment is the body of party.enrol with the root keys of those names.
func enrolment(role truce.Role, threshold int, roots string) compose.Enrolment {
	return compose.Enrolment{Names: []truce.Name{{Text: "Who"}}, Role: role, Root: compose.RootOf(threshold, keys(strings.Fields(roots)...)...)}
}

func TestGenesis(t *testing.T) {
	for name, c := range map[string]struct {
		kind    truce.Kind
		subject string
		body    any
		signers string
	}{
		"another kind":          {truce.SiteRegister, "site-1", site(1), "cell-key"},
		"another role":          {truce.PartyEnrol, "cell", enrolment(truce.RoleMonitor, 1, "cell-root"), "cell-root"},
		"another party":         {truce.PartyEnrol, "msf", enrolment(truce.RoleRegistrar, 1, "cell-root"), "cell-root"},
		"with an invitation":    {truce.PartyEnrol, "cell", compose.Enrolment{Names: []truce.Name{{Text: "c"}}, Role: truce.RoleRegistrar, Invitation: truce.InvitationHash("x")}, "cell-root"},
		"without its root keys": {truce.PartyEnrol, "cell", enrolment(truce.RoleRegistrar, 1, "cell-root other"), "cell-root"},
		"with another key":      {truce.PartyEnrol, "cell", enrolment(truce.RoleRegistrar, 1, "cell-root"), "cell-root other"},
	} {
		t.Run(name, func(t *testing.T) {
			r := emptyRegister(t)
			code := truce.CodeRefused
			if strings.HasPrefix(name, "with") && !strings.Contains(name, "invitation") {
				code = truce.CodeUnsigned
			}
			r.refuse(code, "", r.make(c.kind, "cell", c.subject, c.body, c.signers))
		})
	}
	t.Run("the log's key", func(t *testing.T) {
		r := emptyRegister(t)
		r.refuse(truce.CodeRefused, "key of the log", r.make(truce.PartyEnrol, "cell", "cell", enrolment(truce.RoleRegistrar, 1, "log"), "log"))
	})
}

func TestExerciseRegister(t *testing.T) {
	r := emptyRegister(t)
	r.must(r.found("cell", truce.Exercise)...)
	subject := compose.NewSubject("site")
	r.refuse(truce.CodeRefused, "is an exercise", r.by("cell", truce.SiteRegister, subject, site(1)))
	r.must(r.by("cell", truce.SiteRegister, subject, site(1), compose.As(truce.Exercise)))
	r.must(r.by("cell", truce.SiteRegister, compose.NewSubject("site"), site(2), compose.As(truce.Test)))
}

// TestKeysAreMeant: where things are meant, nobody is enrolled and no key revoked
// for practice.
func TestKeysAreMeant(t *testing.T) {
	r := newRegister(t)
	r.enrol("msf", truce.RoleHumanitarian)
	list := compose.KeyList{Keys: []truce.ListedKey{{Key: key("msf-2").KeyID(), Scopes: allScopes}}}
	for _, status := range []truce.Status{truce.Exercise, truce.Test} {
		as := compose.As(status)
		for _, envelope := range [][]byte{
			r.make(truce.PartyEnrol, "cell", "who", enrolment(truce.RoleParty, 1, "r"), "cell-key r", as),
			r.by("msf", truce.PartyAmend, "msf", compose.Enrolment{Names: []truce.Name{{Text: "x"}}, Role: truce.RoleHumanitarian}, as),
			r.by("cell", truce.PartyWithdraw, "msf", map[string]any{"reason": "left"}, as),
			r.make(truce.KeyRoot, "msf", "msf", *compose.RootOf(1, key("new")), "msf-root new", as),
			r.make(truce.KeyList, "msf", "msf", list, "msf-root msf-2", as),
			r.by("cell", truce.KeyRevoke, "msf", compose.Revocation{Key: key("msf-key").KeyID()}, as),
		} {
			r.refuse(truce.CodeRefused, "it cannot be marked "+string(status), envelope)
		}
		r.must(r.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1), as))
	}
}

// TestStrangersLearnNothing: who has no key here is answered in the same words
// whether the author, or the invited, is enrolled or not.
func TestStrangersLearnNothing(t *testing.T) {
	r := newRegister(t)
	r.enrol("msf", truce.RoleHumanitarian)
	r.enrol("gone", truce.RoleHumanitarian)
	r.must(r.by("cell", truce.PartyWithdraw, "gone", map[string]any{"reason": "left"}))
	r.must(r.by("cell", truce.PartyEnrol, "invited", compose.Enrolment{Names: []truce.Name{{Text: "x"}}, Role: truce.RoleParty, Invitation: truce.InvitationHash("code")}))
	root := truce.Root{Threshold: 1, Keys: []string{key("thief").KeyID()}, Invitation: "guess"}
	taken := truce.Root{Threshold: 1, Keys: []string{key("msf-root").KeyID(), key("thief").KeyID()}, Invitation: "guess"}
	for name, make := range map[string]func(author string) []byte{
		"object": func(author string) []byte {
			return r.make(truce.SiteRegister, author, "site-1", site(1), "thief")
		},
		"enrolment": func(author string) []byte {
			return r.make(truce.PartyEnrol, author, "who", enrolment(truce.RoleParty, 1, "thief"), "thief")
		},
		"list": func(author string) []byte {
			return r.make(truce.KeyList, author, author, compose.KeyList{Keys: []truce.ListedKey{{Key: key("thief").KeyID(), Scopes: allScopes}}}, "thief")
		},
		"revocation": func(author string) []byte {
			return r.make(truce.KeyRevoke, author, "msf", compose.Revocation{Key: key("msf-key").KeyID()}, "thief")
		},
		"withdrawal": func(author string) []byte {
			return r.make(truce.PartyWithdraw, author, "msf", map[string]any{"reason": "left"}, "thief")
		},
		"root":             func(author string) []byte { return r.make(truce.KeyRoot, author, author, root, "thief") },
		"root of others":   func(author string) []byte { return r.make(truce.KeyRoot, author, "others", root, "thief") },
		"root and a known": func(author string) []byte { return r.make(truce.KeyRoot, author, author, taken, "thief") },
		"history": func(author string) []byte {
			return r.make(truce.SiteRegister, author, "site-1", site(1), "thief", compose.Seen(1000, strings.Repeat("A", 43)+"="))
		},
	} {
		t.Run(name, func(t *testing.T) {
			answer := func(author string) string {
				err := r.in.Check(t.Context(), make(author))
				text := fmt.Sprintf("%s %v %s", truce.CodeOf(err), err, truce.HintOf(err))
				return strings.ReplaceAll(text, fmt.Sprintf("%q", author), "WHO")
			}
			want := answer("nobody")
			if strings.HasPrefix(want, " ") {
				t.Fatal("it was taken")
			}
			for _, author := range []string{"msf", "gone", "invited", "cell"} {
				if got := answer(author); got != want {
					t.Errorf("%s:\n%s\nnobody:\n%s", author, got, want)
				}
			}
		})
	}
}

func TestEnrol(t *testing.T) {
	r := newRegister(t)
	r.enrol("msf", truce.RoleHumanitarian)
	taken, _ := r.site("msf")
	ghost := compose.NewSubject("old")
	r.must(r.by("msf", truce.SiteRegister, ghost, site(1)))
	enrol := func(id string, body compose.Enrolment, signers string) []byte {
		return r.make(truce.PartyEnrol, "cell", id, body, signers)
	}
	hash := truce.InvitationHash("code")
	invited := compose.Enrolment{Names: []truce.Name{{Text: "x"}}, Role: truce.RoleParty, Invitation: hash}
	both, past, vague := enrolment(truce.RoleParty, 1, "r"), invited, invited
	both.Invitation = hash
	past.InvitationUntil = &truce.When{At: "2016-08-11T10:00:00Z"}
	vague.InvitationUntil = &truce.When{At: "2016-09"}
	ending := enrolment(truce.RoleParty, 1, "r")
	ending.InvitationUntil = &truce.When{At: "2016-09", Zone: "Asia/Damascus"}
	code := enrolment(truce.RoleParty, 1, "r")
	code.Root.Invitation = "code"
	for _, c := range []struct {
		name     string
		code     truce.Code
		text     string
		envelope []byte
	}{
		{"by another role", truce.CodeRefused, "cannot author", r.by("msf", truce.PartyEnrol, "who", invited)},
		{"id in use", truce.CodeConflict, "in use", enrol("msf", invited, "cell-key")},
		{"id of an object", truce.CodeConflict, "in use", enrol(ghost, invited, "cell-key")},
		{"id like that of an object", truce.CodeInvalid, "cannot be the id", enrol(taken, invited, "cell-key")},
		{"long id", truce.CodeInvalid, "cannot be the id", enrol(strings.Repeat("a", 65), invited, "cell-key")},
		{"root and invitation", truce.CodeInvalid, "either", enrol("who", both, "cell-key r")},
		{"neither", truce.CodeInvalid, "either", enrol("who", compose.Enrolment{Names: []truce.Name{{Text: "x"}}, Role: truce.RoleParty}, "cell-key")},
		{"threshold over the keys", truce.CodeInvalid, "can never sign", enrol("who", enrolment(truce.RoleParty, 3, "r1 r2"), "cell-key r1 r2")},
		{"a root key does not sign", truce.CodeUnsigned, "does not sign", enrol("who", enrolment(truce.RoleParty, 1, "r1 r2"), "cell-key r1")},
		{"only the root keys sign", truce.CodeUnsigned, "is not known here", enrol("who", enrolment(truce.RoleParty, 1, "r1"), "r1")},
		{"code in the open", truce.CodeInvalid, "no place here", enrol("who", code, "cell-key r")},
		{"invitation that is over", truce.CodeInvalid, "ended before", enrol("who", past, "cell-key")},
		{"invitation until some time in a month", truce.CodeInvalid, "exact time", enrol("who", vague, "cell-key")},
		{"end without an invitation", truce.CodeInvalid, "no invitation that could end", enrol("who", ending, "cell-key r")},
		{"replaces", truce.CodeInvalid, "no place", r.by("cell", truce.PartyEnrol, "who", invited, compose.Replaces(strings.Repeat("0", 64)))},
	} {
		t.Run(c.name, func(t *testing.T) { r.refuse(c.code, c.text, c.envelope) })
	}
	r.must(enrol("who", enrolment(truce.RoleParty, 2, "r1 r2 r3"), "cell-key r1 r2 r3"))
}

func TestInvitation(t *testing.T) {
	r := newRegister(t)
	until := truce.Instant(r.clock.Add(time.Hour))
	invite := func(id, code string) {
		r.must(r.by("cell", truce.PartyEnrol, id, compose.Enrolment{Names: []truce.Name{{Text: id}}, Role: truce.RoleHumanitarian,
			Invitation: truce.InvitationHash(code), InvitationUntil: &until}))
	}
	invite("msf", "right")
	invite("late", "later")
	root := func(id, code, signers string) []byte {
		body := *compose.RootOf(1, key(id+"-root"), key(id+"-root2"))
		body.Invitation = code
		return r.make(truce.KeyRoot, id, id, body, signers)
	}
	list := r.make(truce.KeyList, "msf", "msf", compose.KeyList{Keys: []truce.ListedKey{{Key: key("msf-key").KeyID(), Scopes: allScopes}}}, "msf-root msf-key")
	r.refuse(truce.CodeUnsigned, "is not known here", list)
	r.refuse(truce.CodeRefused, "is not that of party", root("msf", "wrong", "msf-root msf-root2"))
	r.refuse(truce.CodeRefused, "is not that of party", root("msf", "later", "msf-root msf-root2"))
	r.refuse(truce.CodeRefused, "is not that of party", root("msf", "", "msf-root msf-root2"))
	r.refuse(truce.CodeUnsigned, "does not sign", root("msf", "right", "msf-root"))
	r.refuse(truce.CodeUnsigned, "no part in this", root("msf", "right", "msf-root msf-root2 cell-key"))
	r.must(root("msf", "right", "msf-root msf-root2"))
	r.refuse(truce.CodeRefused, "was used", r.make(truce.KeyRoot, "msf", "msf", truce.Root{Threshold: 1, Keys: []string{key("thief").KeyID()}, Invitation: "right"}, "thief"))
	r.must(list)
	r.must(r.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1)))
	r.clock = r.clock.Add(time.Hour)
	r.refuse(truce.CodeRefused, "invitation ended", root("late", "later", "late-root late-root2"))
	r.refuse(truce.CodeRefused, "own root only", r.make(truce.KeyRoot, "msf", "late", *compose.RootOf(1, key("late-root")), "late-root msf-key"))
	// Lost invitations end with the registrar stating the root.
	r.must(r.make(truce.KeyRoot, "cell", "late", *compose.RootOf(1, key("late-root")), "late-root cell-key"))
	r.refuse(truce.CodeRefused, "is not that of party", root("late", "", "late-root2"))
	r.replayed()
	r.proven()
}

func TestRootThresholdAndRotation(t *testing.T) {
	r := newRegister(t)
	r.must(r.make(truce.PartyEnrol, "cell", "msf", enrolment(truce.RoleHumanitarian, 2, "a b c"), "cell-key a b c"))
	rotate := func(threshold int, names, signers string) []byte {
		return r.make(truce.KeyRoot, "msf", "msf", *compose.RootOf(threshold, keys(strings.Fields(names)...)...), signers)
	}
	list := func(signers string) []byte {
		return r.make(truce.KeyList, "msf", "msf", compose.KeyList{Keys: []truce.ListedKey{{Key: key("msf-key").KeyID(), Scopes: allScopes}}}, signers)
	}
	r.refuse(truce.CodeUnsigned, "1 of the 3 root keys sign, 2 must", list("a msf-key"))
	r.refuse(truce.CodeUnsigned, "does not sign", list("a b"))
	r.refuse(truce.CodeUnsigned, "no part in this", list("a b msf-key cell-key"))
	r.must(list("a c msf-key"))
	r.must(list("b c")) // in force already: possession is proved

	r.refuse(truce.CodeUnsigned, "1 of the 3 root keys sign, 2 must", rotate(1, "d e", "a d e"))
	r.refuse(truce.CodeUnsigned, "does not sign", rotate(1, "c d", "a b"))
	r.refuse(truce.CodeUnsigned, "no part in this", rotate(1, "c d", "a b d x"))
	r.refuse(truce.CodeInvalid, "can never sign", rotate(3, "c d", "a b d"))
	r.refuse(truce.CodeRefused, "can act for itself", r.make(truce.KeyRoot, "cell", "msf", *compose.RootOf(1, key("d")), "cell-key d"))
	r.must(rotate(2, "c d", "a b d"))
	r.refuse(truce.CodeUnsigned, "of the 2 root keys sign", list("a b msf-key"))
	r.must(list("c d msf-key"))
	r.must(rotate(1, "a", "c d a")) // an old root key comes back
	r.replayed()
	r.proven()
}

// TestRootIsRestated: where too many keys of a root are revoked, a registrar
// states a new one.
func TestRootIsRestated(t *testing.T) {
	r := newRegister(t)
	r.must(r.make(truce.PartyEnrol, "cell", "msf", enrolment(truce.RoleHumanitarian, 2, "a b c"), "cell-key a b c"))
	r.must(r.make(truce.KeyList, "msf", "msf", compose.KeyList{Keys: []truce.ListedKey{{Key: key("msf-key").KeyID(), Scopes: allScopes}}}, "a b msf-key"))
	revoke := func(author, name, signers string) []byte {
		return r.make(truce.KeyRevoke, author, "msf", compose.Revocation{Key: key(name).KeyID()}, signers)
	}
	restate := func(signers string) []byte {
		return r.make(truce.KeyRoot, "cell", "msf", *compose.RootOf(1, key("d")), signers)
	}
	r.refuse(truce.CodeRefused, "revoked by its root", revoke("msf", "a", "msf-key"))
	r.refuse(truce.CodeUnsigned, "1 of the 3 root keys sign, 2 must", revoke("msf", "a", "b"))
	r.refuse(truce.CodeUnsigned, "no part in this", revoke("msf", "a", "b c msf-key"))
	r.must(revoke("msf", "a", "b c"))
	r.refuse(truce.CodeRefused, "can act for itself", restate("cell-key d"))
	r.must(revoke("cell", "b", "cell-key"))
	r.refuse(truce.CodeUnsigned, "1 of the 1 root keys sign, 2 must", r.make(truce.KeyList, "msf", "msf",
		compose.KeyList{Keys: []truce.ListedKey{{Key: key("new").KeyID(), Scopes: allScopes}}}, "c new"))
	r.refuse(truce.CodeRefused, "too few root keys", r.make(truce.KeyRoot, "msf", "msf", *compose.RootOf(1, key("d")), "c d"))
	r.refuse(truce.CodeUnsigned, "does not sign", restate("cell-key"))
	r.refuse(truce.CodeUnsigned, "is not known here", restate("d"))
	r.refuse(truce.CodeUnsigned, "is not a key of party", restate("cell-key c d"))
	withCode := *compose.RootOf(1, key("d"))
	withCode.Invitation = "x"
	r.refuse(truce.CodeInvalid, "for the invited party", r.make(truce.KeyRoot, "cell", "msf", withCode, "cell-key d"))
	r.must(restate("cell-key d"))
	r.must(r.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1))) // its list goes on
	r.replayed()
	r.proven()
}

func TestKeyLists(t *testing.T) {
	r := newRegister(t)
	r.enrol("msf", truce.RoleHumanitarian)
	list := func(party, subject string, body compose.KeyList, signers string) []byte {
		return r.make(truce.KeyList, party, subject, body, signers)
	}
	one := truce.ListedKey{Key: key("msf-2").KeyID(), Scopes: allScopes}
	r.refuse(truce.CodeInvalid, "stands twice", list("msf", "msf", compose.KeyList{Keys: []truce.ListedKey{one, one}}, "msf-root msf-2"))
	r.refuse(truce.CodeRefused, "own keys only", list("cell", "msf", compose.KeyList{Keys: []truce.ListedKey{one}}, "cell-key msf-2"))
	r.must(list("msf", "msf", compose.KeyList{Keys: []truce.ListedKey{one}}, "msf-root msf-2"))
	r.refuse(truce.CodeRefused, "was retired", r.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1)))
	// A retired key of the same party can be listed again, and proves possession again.
	back := compose.KeyList{Keys: []truce.ListedKey{{Key: key("msf-key").KeyID(), Scopes: allScopes}}}
	r.refuse(truce.CodeUnsigned, "does not sign", list("msf", "msf", back, "msf-root"))
	r.must(list("msf", "msf", back, "msf-root msf-key"))
	r.must(r.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(1)))
}

func TestRevoke(t *testing.T) {
	r := newRegister(t)
	r.enrol("msf", truce.RoleHumanitarian)
	r.enrol("osce", truce.RoleMonitor)
	revoke := func(author, subject, name string) []byte {
		return r.by(author, truce.KeyRevoke, subject, compose.Revocation{Key: key(name).KeyID()})
	}
	r.refuse(truce.CodeRefused, "party itself or the registrar", revoke("osce", "msf", "msf-key"))
	r.refuse(truce.CodeNotFound, "is not a key of party", revoke("cell", "msf", "osce-key"))
	r.refuse(truce.CodeNotFound, "is not a key of party", revoke("cell", "msf", "stranger"))
	r.refuse(truce.CodeRefused, "is not enrolled", revoke("cell", "nobody", "msf-key"))
	bad := compose.Revocation{Key: "ed25519:" + strings.Repeat("*", 43)}
	r.refuse(truce.CodeInvalid, "is not the id of a key", r.by("cell", truce.KeyRevoke, "msf", bad))
	r.must(r.make(truce.KeyRevoke, "msf", "msf", compose.Revocation{Key: key("msf-key").KeyID()}, "msf-root")) // by the root
	r.must(revoke("osce", "osce", "osce-key"))                                                                 // by itself
}

func TestAmendAndWithdrawAParty(t *testing.T) {
	r := newRegister(t)
	r.enrol("msf", truce.RoleHumanitarian)
	r.enrol("osce", truce.RoleMonitor)
	body := func(role truce.Role) compose.Enrolment {
		return compose.Enrolment{Names: []truce.Name{{Text: "Renamed"}}, Role: role}
	}
	left := map[string]any{"reason": "left"}
	res := r.must(r.by("msf", truce.PartyAmend, "msf", body(truce.RoleHumanitarian)))
	r.must(r.by("cell", truce.PartyAmend, "msf", body(truce.RoleHumanitarian), compose.Replaces(res.ID)))
	r.refuse(truce.CodeStaleWrite, "newer version", r.by("msf", truce.PartyAmend, "msf", body(truce.RoleHumanitarian), compose.Replaces(res.ID)))
	r.refuse(truce.CodeRefused, "stays what it was enrolled with", r.by("msf", truce.PartyAmend, "msf", body(truce.RoleRegistrar)))
	r.refuse(truce.CodeRefused, "party itself or the registrar", r.by("osce", truce.PartyAmend, "msf", body(truce.RoleHumanitarian)))
	r.refuse(truce.CodeRefused, "party itself or the registrar", r.by("osce", truce.PartyWithdraw, "msf", left))
	r.refuse(truce.CodeRefused, "cannot withdraw itself", r.by("cell", truce.PartyWithdraw, "cell", left))
	r.must(r.by("msf", truce.PartyWithdraw, "msf", left))
	r.refuse(truce.CodeRefused, "was withdrawn", r.by("cell", truce.PartyWithdraw, "msf", left))
	r.refuse(truce.CodeConflict, "in use", r.make(truce.PartyEnrol, "cell", "msf", enrolment(truce.RoleMonitor, 1, "new"), "cell-key new"))
	r.enrol("cell2", truce.RoleRegistrar)
	r.must(r.by("cell2", truce.PartyWithdraw, "cell", left))
	r.replayed()
	r.proven()
}

// TestManyRootSignatures: the widest root there can be still lists keys.
func TestManyRootSignatures(t *testing.T) {
	r := newRegister(t)
	var names []string
	for _, c := range "abcdefghijklmnop" {
		names = append(names, "root-"+string(c))
	}
	body := compose.Enrolment{Names: []truce.Name{{Text: "many"}}, Role: truce.RoleParty, Root: compose.RootOf(16, keys(names...)...)}
	r.must(r.make(truce.PartyEnrol, "cell", "many", body, "cell-key "+strings.Join(names, " ")))
	var list []truce.ListedKey
	var signers []string
	for i := range proof.MaxSignatures - len(names) {
		name := "listed-" + string(rune('a'+i))
		list = append(list, truce.ListedKey{Key: key(name).KeyID(), Scopes: allScopes})
		signers = append(signers, name)
	}
	r.must(r.make(truce.KeyList, "many", "many", compose.KeyList{Keys: list}, strings.Join(append(names, signers...), " ")))
}
