// Package geo is used at every stage of the flow and belongs to none: it reads text, numbers and GeoJSON bytes that it
// is handed and writes nothing. It is pure: no file, no network, no clock.
//
// It holds the places of the register: coordinates in any notation (decimal degrees, degrees and minutes, degrees,
// minutes and seconds, UTM, UPS, MGRS, geo: URIs and pasted map links), shapes, distances on the WGS-84 ellipsoid, and
// containment. The datum is always WGS-84.
package geo
