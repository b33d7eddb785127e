// Reads an iCalendar on standard input with ical.js and writes what it found as JSON.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

const text = readFileSync(0, "utf8");
const calendar = new ICAL.Component(ICAL.parse(text));
const value = (c, name) => {
  const v = c.getFirstPropertyValue(name);
  return v === null ? "" : Array.isArray(v) ? v.join(";") : v.toString();
};
const events = calendar.getAllSubcomponents("vevent").map((c) => {
  const e = new ICAL.Event(c, { strictExceptions: true });
  return {
    uid: e.uid, summary: e.summary, description: e.description, location: e.location, sequence: e.sequence ?? 0,
    from: e.startDate.toJSDate().toISOString(), until: e.endDate.toJSDate().toISOString(), utc: e.startDate.zone === ICAL.Timezone.utcTimezone,
    status: value(c, "status"), geo: value(c, "geo"), stamp: value(c, "dtstamp"), modified: value(c, "last-modified"), url: value(c, "url"),
  };
});
console.log(JSON.stringify({
  version: value(calendar, "version"), name: value(calendar, "x-wr-calname"), refresh: value(calendar, "refresh-interval"),
  refreshType: calendar.getFirstProperty("refresh-interval")?.type, method: value(calendar, "method"),
  longest: Math.max(...text.split("\r\n").map((l) => Buffer.byteLength(l))), bare: /[^\r]\n/.test(text), events,
}));
