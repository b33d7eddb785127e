// Package referee stands outside the flow: it reads what an engine of the check
// answers in the worlds of package worlds, holds every answer against two
// implementations that know nothing of it (package geo of the product, one zone
// after the other; and package karney, which shares no code with either), and
// writes a tally. It looks at every zone for every question: no index, no grid and
// no bounding box of the engine decides what is looked at.
//
// What fails an engine: a zone within reach that it does not name; one that it names
// although it is more than a centimetre beyond reach (of zones and questions up to
// 20 km; beyond, what package geo documents); a wrong state; a distance that is
// more than the true one; an answer that depends on the way it was asked.
package referee
