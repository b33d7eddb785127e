// Command postgis stands outside the flow: it starts a PostgreSQL of its own in a
// temporary folder, as a user without rights, loads zones into PostGIS, and writes to
// standard output what it found; then it stops the server and removes the folder.
//
//	postgis verify   the answers of the product's index against ST_DWithin(geography);
//	                 what differs is decided by the referee of package karney
//	postgis http     a batch of 1,000 checks over HTTP against prepared statements
//	                 through pgx, in the same run
//
// .ci/postgis installs Debian's packages where they are missing. docs/benchmarks.md
// says what was measured.
package main
