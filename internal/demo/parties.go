package demo

import (
	"crypto/ed25519"
	"crypto/rand"

	"truce"
	"truce/internal/compose"
	"truce/proof"
)

// Party ids of the scenario.
const (
	cell      = "notification-cell"
	russia    = "russian-federation"
	usa       = "united-states"
	syria     = "government-of-syria"
	groupA    = "local-group-a"
	groupB    = "local-group-b"
	relief    = "relief-agency"
	medical   = "medical-organisation"
	monitor   = "monitoring-mission"
	mediators = "un-office-geneva"
)

// Registrar is the party that runs the register of the demo, and its name.
const (
	Registrar     = cell
	RegistrarName = "Notification cell (exercise)"
)

type party struct {
	id, name, arabic string
	role             truce.Role
}

var parties = []party{
	{russia, "Russian Federation", "الاتحاد الروسي", truce.RoleGuarantor},
	{usa, "United States of America", "الولايات المتحدة الأمريكية", truce.RoleGuarantor},
	{syria, "Government of Syria", "الحكومة السورية", truce.RoleParty},
	{groupA, "Local group A", "", truce.RoleParty},
	{groupB, "Local group B", "", truce.RoleParty},
	{relief, "Relief agency", "", truce.RoleHumanitarian},
	{medical, "Medical organisation", "", truce.RoleHumanitarian},
	{monitor, "Monitoring mission", "", truce.RoleMonitor},
	{mediators, "United Nations office in Geneva", "", truce.RoleMediator},
}

// actor is a party with its keys.
type actor struct {
	root, key proof.Signer
}

func newActor() (actor, error) {
	root, err := newKey()
	if err != nil {
		return actor{}, err
	}
	key, err := newKey()
	return actor{root, key}, err
}

func newKey() (proof.Signer, error) {
	_, priv, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return proof.NewSigner(priv), nil
}

// enrol enrols every party with a root and a key in use for all scopes.
func (s *script) enrol() error {
	for _, p := range parties {
		a, err := newActor()
		if err != nil {
			return err
		}
		s.actors[p.id] = a
		names := []truce.Name{{Text: p.name, Lang: "en"}}
		if p.arabic != "" {
			names = append(names, truce.Name{Text: p.arabic, Lang: "ar"})
		}
		body := compose.Enrolment{Names: names, Role: p.role, Root: compose.RootOf(1, a.root)}
		if _, err := s.say(cell, truce.PartyEnrol, p.id, body, "", a.root); err != nil {
			return err
		}
		keys := []compose.SigningKey{{Signer: a.key, Scopes: truce.Scopes(), Label: "duty desk"}}
		list, err := compose.ListKeys(s.reg.Origin, p.id, []proof.Signer{a.root}, keys, compose.As(truce.Exercise))
		if err != nil {
			return err
		}
		if err := s.submit(list); err != nil {
			return err
		}
	}
	return nil
}
