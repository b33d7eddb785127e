package told

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"truce"
)

// Action is what happens when an answer is not there in time.
type Action string

// The actions.
const (
	Remind     Action = "the desk is reminded"
	NextDesk   Action = "the next desk is told"
	Guarantors Action = "the guarantors are told"
	Seniors    Action = "the seniors are told"
)

// Rule is a timer, written as a sentence: "A movement is to be received within 4h;
// else the desk is reminded." The clock runs from the telling, by log time.
type Rule struct {
	Object    string        // site, area, movement, window, corridor, agreement, alarm, withdrawal, or object for any
	Emergency bool          // of movements notified as an emergency
	Level     Level         // that is waited for
	Within    time.Duration // from the telling
	Then      Action
}

var ruleForm = regexp.MustCompile(`^(?i:an?) (emergency )?([a-z]+) is to be (received|read back|relayed|loaded|noted) within ([0-9hms]+); else (.+?)\.?$`)

var ruleLevels = map[string]Level{"received": Received, "read back": ReadBack, "relayed": Relayed, "loaded": Loaded, "noted": Noted}

var ruleObjects = []string{"site", "area", "movement", "window", "corridor", "agreement", "alarm", "withdrawal", "object"}

// ParseRule reads one sentence. Errors are CodeInvalid and say how to write it.
func ParseRule(s string) (Rule, error) {
	m := ruleForm.FindStringSubmatch(strings.Join(strings.Fields(s), " "))
	bad := func(what string) (Rule, error) {
		return Rule{}, truce.E(truce.CodeInvalid, "the rule cannot be read: %s", what).
			WithHint(`write it as: "A movement is to be received within 4h; else the desk is reminded."`)
	}
	if m == nil {
		return bad("it is not formed as a rule")
	}
	r := Rule{Emergency: m[1] != "", Object: m[2], Level: ruleLevels[m[3]], Then: Action(m[5])}
	var err error
	if r.Within, err = time.ParseDuration(m[4]); err != nil || r.Within <= 0 || r.Within > 366*24*time.Hour {
		return bad("the time is a number of h, m and s, up to a year")
	}
	if !slices.Contains(ruleObjects, r.Object) {
		return bad("it is about one of " + strings.Join(ruleObjects, ", "))
	}
	if !slices.Contains([]Action{Remind, NextDesk, Guarantors, Seniors}, r.Then) {
		return bad("then " + strings.Join([]string{string(Remind), string(NextDesk), string(Guarantors), string(Seniors)}, ", or "))
	}
	return r, nil
}

// ParseRules reads a sentence a line; empty lines and those that begin with # are
// passed over. Errors name the line.
func ParseRules(text string) ([]Rule, error) {
	var out []Rule
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		r, err := ParseRule(line)
		if err != nil {
			return nil, atLine(err, i+1)
		}
		out = append(out, r)
	}
	return out, nil
}

// String is the sentence.
func (r Rule) String() string {
	object, article := r.Object, "A "
	if r.Emergency {
		object = "emergency " + object
	}
	if strings.ContainsAny(object[:1], "aeiou") {
		article = "An "
	}
	level := "received"
	for word, l := range ruleLevels {
		if l == r.Level {
			level = word
		}
	}
	return article + object + " is to be " + level + " within " + shortDuration(r.Within) + "; else " + string(r.Then) + "."
}

// shortDuration is 4h rather than 4h0m0s.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// Defaults are the timers of domain.md 3.4: a quarter of an hour for an
// emergency, four hours for a movement, a day for a site; an alarm two minutes.
func Defaults() []Rule {
	rules, err := ParseRules(`
An alarm is to be received within 2m; else the next desk is told.
An alarm is to be received within 5m; else the seniors are told.
An alarm is to be received within 10m; else the guarantors are told.
An emergency movement is to be received within 15m; else the desk is reminded.
An emergency movement is to be received within 20m; else the next desk is told.
An emergency movement is to be received within 30m; else the guarantors are told.
A movement is to be received within 4h; else the desk is reminded.
A movement is to be received within 5h; else the next desk is told.
A movement is to be received within 6h; else the guarantors are told.
A window is to be received within 4h; else the desk is reminded.
A window is to be received within 6h; else the next desk is told.
A withdrawal is to be received within 24h; else the desk is reminded.
A site is to be received within 24h; else the desk is reminded.
A site is to be received within 36h; else the next desk is told.
A site is to be received within 48h; else the guarantors are told.
An area is to be received within 24h; else the desk is reminded.
An area is to be received within 48h; else the next desk is told.`)
	if err != nil {
		panic(err) // a fault of the program, found by every test
	}
	return rules
}

// applying are the most particular rules for an object.
func applying(rules []Rule, object string, emergency bool) []Rule {
	for _, try := range []struct {
		object    string
		emergency bool
	}{{object, true}, {object, false}, {"object", false}} {
		if try.emergency && !emergency {
			continue
		}
		var out []Rule
		for _, r := range rules {
			if r.Object == try.object && r.Emergency == try.emergency {
				out = append(out, r)
			}
		}
		if out != nil {
			return out
		}
	}
	return nil
}

// atLine names the line of a configuration in an error.
func atLine(err error, line int) error {
	return truce.E(truce.CodeInvalid, "line %d: %s", line, err.Error()).WithHint("%s", truce.HintOf(err))
}
