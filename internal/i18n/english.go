package i18n

// english is the catalogue that the others are held against.
var english = map[string]message{
	"notice.nothing": by("seconds", map[string]string{
		"one":   "Nothing registered here as of log entry {entry}, {seconds} second old.",
		"other": "Nothing registered here as of log entry {entry}, {seconds} seconds old."}),
	"notice.untold": by("seconds", map[string]string{
		"one":   "Nothing released to you is registered here as of log entry {entry}, {seconds} second old.",
		"other": "Nothing released to you is registered here as of log entry {entry}, {seconds} seconds old."}),
	"notice.empty": one("Nothing registered here: the log has no entries yet."),
	"notice.applies": by("n", map[string]string{
		"one":   "{n} registered entry concerns this place.",
		"other": "{n} registered entries concern this place."}),
	"notice.asOf": by("seconds", map[string]string{
		"one":   "As of log entry {entry}, {seconds} second old.",
		"other": "As of log entry {entry}, {seconds} seconds old."}),
	"notice.law":      one("Protection under the law does not depend on being registered."),
	"notice.limited":  one("This answer holds only what was released to you; more may be registered."),
	"notice.more":     one("This is a part of the answer: there are more agreements or windows on the next page."),
	"notice.exercise": one("This register is an exercise."),
	"notice.pack": by("seconds", map[string]string{
		"one":   "Answered from a pack made {seconds} second ago.",
		"other": "Answered from a pack made {seconds} seconds ago."}),
	"notice.packStale":   one("This pack is older than its maker lets it count: fetch a newer one; what was registered since is not in it."),
	"notice.listNothing": one("Nothing of this list is here."),
	"notice.listApplies": by("n", map[string]string{
		"one":   "{n} entry of this list concerns this place.",
		"other": "{n} entries of this list concern this place."}),
	"notice.list": one("The list was made from a file; no register stands behind it, and it may lack what others know."),

	"state.inForce":   one("in force"),
	"state.stale":     one("in force, overdue for revalidation"),
	"state.later":     one("in force later"),
	"state.lapsed":    one("past its end date"),
	"state.withdrawn": one("withdrawn"),
	"state.contested": one("contested"),

	"verification.entered":             one("entered"),
	"verification.sane":                one("plausible"),
	"verification.read-back":           one("read back by a second person"),
	"verification.imagery":             one("seen on imagery"),
	"verification.second-organisation": one("vouched for by a second organisation"),
	"verification.recipient-read-back": one("read back by a recipient"),

	"kind.site":     one("site"),
	"kind.area":     one("area"),
	"kind.movement": one("movement"),
}
