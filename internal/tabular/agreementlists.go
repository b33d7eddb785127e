package tabular

import (
	"fmt"
	"strings"

	"truce"
)

// prioLayout is the ETH/PRIO Civil Conflict CeaseFire data (Clayton, Nygård,
// Strand et al. 2022, doi:10.1177/00220027221129195): a row for each actor of a
// ceasefire, -1 for what is not known. Codes: side 1 unilateral, 2 bilateral, 3
// multilateral; ceasefire_class 1 cessation of hostilities, 2 preliminary, 3
// definitive.
var prioLayout = &layout{name: "eth-prio", system: "eth-prio-ceasefire", key: "uniq_id", read: readPrio,
	needs: []string{"uniq_id", "location", "actor_name", "cf_effect_yr", "side"},
	reads: []string{"cf_dec_yr", "cf_dec_month", "cf_dec_day", "cf_effect_month", "cf_effect_day", "written", "fixed", "fixed_time", "p_humanitarian", "p_peaceprocess", "p_holiday",
		"p_election", "p_other", "p_unclear", "ceasefire_class", "mediator_send", "partial", "timing", "implement", "enforcement", "ddr", "ended", "end_yr", "end_month", "end_day", "id"}}

var prioPurposes = []struct{ column, code string }{{"p_humanitarian", "humanitarian"}, {"p_peaceprocess", "peace-process"}, {"p_holiday", "holiday"},
	{"p_election", "election"}, {"p_other", "other"}, {"p_unclear", "unclear"}}

func readPrio(g *agreementRows, c *truce.AgreementContent) {
	r := g.row
	declared := g.common("declared", func(r *agreementRow) *truce.When {
		return r.date("declared", "cf_dec_yr", "cf_dec_month", "cf_dec_day")
	})
	effect := g.common("entryIntoForce.at", func(r *agreementRow) *truce.When {
		return r.date("entryIntoForce.at", "cf_effect_yr", "cf_effect_month", "cf_effect_day")
	})
	end := g.common("until", func(r *agreementRow) *truce.When { return r.date("until", "end_yr", "end_month", "end_day") })
	c.EntryIntoForce, c.Until = entersAt(effect), endsAt(end)
	c.Level, c.Class = "intrastate", r.choose("ceasefire_class", "unspecified", "cessation-of-hostilities", "preliminary", "definitive")
	c.Form = r.choose("side", "unspecified", "unilateral", "bilateral", "multilateral")
	if n, ok := r.code("written"); ok {
		written := n > 0
		c.Written = &written
	}
	for _, p := range prioPurposes {
		if n, ok := r.code(p.column); ok && n > 0 {
			c.Purposes = append(c.Purposes, p.code)
		}
	}
	reported := "announced"
	if c.Written != nil && *c.Written && c.Form != "unilateral" {
		reported = "signed"
	}
	for _, r := range g.rows {
		if r.text("actor_name") == "" {
			r.fail("actor_name", "parties", "the party is missing", "name who declared it")
		}
		addParty(c, r.text("actor_name"), "signatory", reported)
	}
	g.prioMediators(c)
	g.prioTexts(c, declared)
}

// choose is the text for a code that begins at 1; otherwise where none is stated.
func (r *agreementRow) choose(column, otherwise string, texts ...string) string {
	n, ok := r.code(column)
	switch {
	case !ok || n == 0:
		return otherwise
	case n > len(texts):
		r.fail(column, "", fmt.Sprintf("the code %d is not known", n), fmt.Sprintf("1 to %d, or -1", len(texts)))
		return otherwise
	}
	return texts[n-1]
}

func (g *agreementRows) prioMediators(c *truce.AgreementContent) {
	for _, r := range g.rows {
		text := r.text("mediator_send")
		if text == "0" || text == "-1" {
			continue
		}
		for _, name := range strings.Split(text, ",") {
			addParty(c, name, "mediator", "unknown")
		}
	}
}

func (g *agreementRows) prioTexts(c *truce.AgreementContent, declared *truce.When) {
	r := g.row
	names := make([]string, len(c.Parties))
	for i, p := range c.Parties {
		names[i] = p.Name
	}
	place := r.text("location")
	c.Names = []truce.Name{{Text: clipText(fmt.Sprintf("Ceasefire, %s, %s: %s", place, dateText(declared), strings.Join(names, "; ")), 290), Lang: "en"}}
	if place != "" {
		c.Admin = map[string]string{"country": clipText(place, 55)}
	}
	c.Description = "As coded by the ETH/PRIO Civil Conflict CeaseFire data; declared: " + dateText(declared) + "."
	if text := r.text("fixed_time"); text != "" && text != "0" && text != "-1" {
		if n, ok := r.code("fixed"); ok && n == 1 {
			c.Description += clipText(" Fixed time, days or words: "+text, 500) + "."
		}
	}
	ids := make([]string, 0, len(g.rows))
	for _, r := range g.rows {
		ids = append(ids, r.text("id"))
	}
	c.Source = clipText("ETH/PRIO Civil Conflict CeaseFire data, doi:10.1177/00220027221129195, rows "+strings.Join(ids, ", "), 490)
	var codes []string
	for _, column := range []string{"partial", "fixed", "timing", "implement", "enforcement", "ddr", "ended"} {
		codes = append(codes, column+"="+r.text(column))
	}
	c.Notes = "codes of the source: " + strings.Join(codes, " ")
}

// paxLayout is PA-X (University of Edinburgh, peaceagreements.org), the list of
// local agreements and that of all: a row an agreement. Dat is the date of the
// document, which is not that of its entry into force.
var paxLayout = &layout{name: "pa-x", system: "pa-x", read: readPax,
	needs: []string{"AgtId", "Agt", "Dat", "Stage"},
	reads: []string{"Con", "PPName", "Status", "Agtp", "StageSub", "Part", "ThrdPart", "LocaleName", "LocaleNat", "LatDec", "LongDec", "Mediator",
		"CentState", "LocArmedGr", "ReDomEld", "LocComSoc", "IntActor", "PAX_Hyperlink"}}

// paxActors are the coded kinds of signatories, whose names the list leaves out.
var paxActors = []struct{ column, name string }{{"CentState", "central state (not named by the source)"}, {"LocArmedGr", "local armed group (not named by the source)"},
	{"ReDomEld", "religious or other elders (not named by the source)"}, {"LocComSoc", "local community (not named by the source)"}, {"IntActor", "international actor (not named by the source)"}}

var paxLevels = map[string]string{"inter": "interstate", "interintra": "interstate-intrastate", "intra": "intrastate", "intralocal": "local"}

// paxReachM is how far the place of a point reaches around it, metres: of ours,
// because the source gives a point for a whole town or district.
var paxReachM = map[string]float64{"smaller": 5_000, "city": 15_000, "region": 50_000}

func readPax(g *agreementRows, c *truce.AgreementContent) {
	r := g.row
	if r.text("Agt") == "" || r.text("AgtId") == "" {
		r.fail("Agt", "names", "the agreement has no name or no id", "give AgtId and Agt")
	}
	c.Names = []truce.Name{{Text: clipText(r.text("Agt"), 290), Lang: "en"}}
	c.Level = paxLevels[strings.ToLower(r.text("Agtp"))]
	if strings.EqualFold(r.text("Stage"), "Cea") && !strings.EqualFold(r.text("StageSub"), "Rel") {
		c.Class = "local-ceasefire"
		if c.Level != "local" {
			c.Class = "cessation-of-hostilities"
		}
	} else if r.text("Stage") != "" {
		c.Class = "other"
	}
	reported := "signed"
	if strings.HasPrefix(strings.ToLower(r.text("Status")), "unilateral") {
		c.Form, reported = "unilateral", "announced"
	}
	written := true
	c.Written, c.Until = &written, endsAt(nil)
	c.Geometry = r.place("LatDec", "LongDec", paxReachM[strings.ToLower(r.text("LocaleNat"))])
	g.paxParties(c, reported)
	g.paxTexts(c)
}

func (g *agreementRows) paxParties(c *truce.AgreementContent, reported string) {
	r := g.row
	for _, name := range splitNames(r.text("Part")) {
		addParty(c, name, "signatory", reported)
	}
	for _, a := range paxActors {
		if n, ok := r.code(a.column); ok && n > 0 && r.text("Part") == "" {
			addParty(c, a.name, "signatory", reported)
		}
	}
	if len(c.Parties) == 0 {
		addParty(c, "parties not named by the source", "signatory", reported)
	}
	if strings.EqualFold(r.text("Mediator"), "Y") {
		addParty(c, "mediator (not named by the source)", "mediator", "unknown")
	}
}

// isoOfPax turns a date as PA-X publishes it, 20/05/1996, into ISO 8601; the day
// comes first in every list of that source. Other text comes back as it is.
func isoOfPax(text string) string {
	if p := strings.Split(text, "/"); len(p) == 3 && len(p[2]) == 4 {
		return fmt.Sprintf("%s-%02s-%02s", p[2], p[1], p[0])
	}
	return text
}

func (g *agreementRows) paxTexts(c *truce.AgreementContent) {
	r := g.row
	date, err := parseMoment(isoOfPax(r.text("Dat")), "")
	if err != nil {
		r.fail("Dat", "description", fmt.Sprintf("%.40q is not a date", r.text("Dat")), "write 2016-08-11, or 11/08/2016")
	}
	c.Description = fmt.Sprintf("Dated %s (PA-X); the date of its entry into force and of its end are not stated by the source.", dateText(&date))
	if place := r.text("LocaleName"); place != "" {
		c.Admin = map[string]string{"settlement": clipText(place, 190)}
		c.Description += " Place: " + clipText(place, 190) + " (" + strings.ToLower(r.text("LocaleNat")) + "), given as a point."
	}
	if country := r.text("Con"); country != "" {
		if c.Admin == nil {
			c.Admin = map[string]string{}
		}
		c.Admin["country"] = clipText(country, 55)
	}
	c.Source = clipText(orElse(r.text("PAX_Hyperlink"), "PA-X, University of Edinburgh, agreement "+r.text("AgtId")), 490)
	c.Notes = clipText(fmt.Sprintf("codes of the source: Stage %s %s; Status %s; %s; third parties: %s", r.text("Stage"), r.text("StageSub"), r.text("Status"), r.text("PPName"), orElse(r.text("ThrdPart"), "none named")), 3900)
}

// plainLayout is a list of one's own: a row an agreement, headings as the members
// of the body. Several parties are divided by semicolons.
var plainLayout = &layout{name: "plain", system: "list", read: readPlain, needs: []string{"name"},
	reads: []string{"id", "class", "level", "form", "from", "until", "parties", "mediators", "country", "settlement", "lat", "lon", "reachM", "source", "description"}}

func readPlain(g *agreementRows, c *truce.AgreementContent) {
	r := g.row
	if r.text("name") == "" {
		r.fail("name", "names", "the name is missing", "give every agreement a name")
	}
	c.Names = []truce.Name{{Text: r.text("name")}}
	if class := r.oneCode("class", truce.AgreementClassCodes); class != "" {
		c.Class = class
	}
	c.Level, c.Form = r.oneCode("level", truce.AgreementLevelCodes), r.oneCode("form", truce.AgreementFormCodes)
	c.EntryIntoForce, c.Until = entersAt(r.moment("from")), endsAt(r.moment("until"))
	for _, name := range splitNames(r.text("parties")) {
		addParty(c, name, "signatory", "unknown")
	}
	for _, name := range splitNames(r.text("mediators")) {
		addParty(c, name, "mediator", "unknown")
	}
	if len(c.Parties) == 0 {
		r.fail("parties", "parties", "no party is named", "name them, divided by semicolons")
	}
	reach, _ := r.code("reachM")
	c.Geometry = r.place("lat", "lon", float64(reach))
	c.Source, c.Description = r.text("source"), r.text("description")
	for member, column := range map[string]string{"country": "country", "settlement": "settlement"} {
		if text := r.text(column); text != "" {
			if c.Admin == nil {
				c.Admin = map[string]string{}
			}
			c.Admin[member] = text
		}
	}
}

// moment is a date in one column as far as it is known; nil where it is not.
func (r *agreementRow) moment(column string) *truce.When {
	text := r.text(column)
	if text == "" || text == "-1" || meansNothing(text) {
		return nil
	}
	w, err := parseMoment(text, "")
	if err != nil {
		r.fail(column, column, fmt.Sprintf("%.40q is not a date", text), "write 2016-08-11, 2016-08, 2016, or a time with its zone; nothing where it is not known")
		return nil
	}
	return &w
}
