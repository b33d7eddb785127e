// Command rows stands outside the flow: it reads nothing and writes a plain list of
// zones of package workload, and points to check against it, as files: zones.geojson,
// points.ndjson, points.csv and points.geojson. What truce check --batch is measured with.
package main
