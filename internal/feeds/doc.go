// Package feeds stands at stage 5 OUT and tells the world what its audience made public: it reads a Board, a small model of
// pauses, corridors and other windows that api fills from the views, and writes bytes: an iCalendar for phones, an
// Atom feed, CAP 1.2 messages, GeoJSON, and a page of a few kilobytes for civilians. It is pure: the Board holds the time too.
//
// "Announced by one side" and "agreed by all sides" never look the same in any of them: the words come first, and the two
// stand in different parts of the page. Nothing reassures (design.md 2, 3); whatever can be said in fewer shapes than a format has
// is left to the format that has them, and linked.
package feeds
