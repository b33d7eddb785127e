// Package tabular belongs to the first stage of the flow, intake: it reads
// lists that people keep in other programs, as CSV, XLSX, GeoJSON, KML, KMZ or
// GPX, gives them row by row, and makes of each row the body of a statement
// that somebody else signs.
//
// # Reading
//
// Open tells the format by the content first and the extension second, and
// gives a Source: a Header with the columns and HXL tags, and then each Row as
// text under the names of its columns, with the shape where the format carries
// one. What the columns mean is not decided there.
//
// Three promises hold for every format:
//
//   - A bad row never blocks the good ones. It comes with its number, its
//     column where that is known, a message and a hint, and the reading goes
//     on behind it. A quotation mark that is never closed costs its own line,
//     not the lines that it would swallow.
//   - Nothing is lost in silence. A file that breaks off, an archive with a
//     wrong checksum or XML that is damaged half-way is an error, never an
//     early end; what is left out (a hidden row, another sheet, a link) is
//     said in notes or is a row with an error.
//   - Memory and time are bounded by the constants of this package, whatever
//     the file claims about itself. Reading holds nothing but the current row
//     and, for XLSX, the shared texts of the workbook (at most 32 MiB). No
//     temporary files are written.
//
// Text is taken exactly as written. Encodings are declared by a byte order
// mark, by XML or by the caller, never guessed. Numbers of a workbook are
// given as stored, without rounding or exponents, and its dates as ISO 8601.
//
// XLSX is read here, with archive/zip and encoding/xml, and not through
// excelize, which wrote the workbooks of the tests and is their oracle: its
// streaming rows end without an error where a sheet is damaged, and round
// numbers to the format in which they are displayed.
//
// # Drafting
//
// Import turns the rows of a Source into Drafts in two passes. The first finds
// out what the columns mean, from --map, HXL tags or headings in six languages;
// reads the place of each row, holds its statements of the place against each
// other and against the area in which it ought to lie; fills the fields; and
// checks the body as intake will. Nothing is made up: words that stand for no
// code are kept as words, what a row does not say is not in its body. The
// second pass begins when the end of the file was seen. It compares the rows
// with what is registered, so that importing a list again changes nothing, and
// flags possible duplicates, within the list and with the register.
//
// A column for what the register must not hold (targets, weapons, positions of
// forces: design.md 2) refuses the list as a whole. What is wrong with a row
// is told by row, column and field, and costs that row only.
package tabular
