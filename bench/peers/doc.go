// Package peers stands outside the flow: it reads the zones of package workload into
// libraries by others and asks them what applies at a place and a time. It writes
// nothing. Each is used as its documents show: an R-tree or a cell index finds
// candidates, the library's own geometry decides, the period is looked at first.
//
// They answer less exactly than the product does, which is in their favour here:
// the Earth is a sphere to them, or a plane; the planar ones leave out the few
// zones that cross the antimeridian or a pole (Engine.Left), and an edge has one
// reading.
package peers
