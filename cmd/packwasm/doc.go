// Command packwasm is pack and engine for a browser: WebAssembly that opens a pack
// that somebody drops on a page, verifies it, and answers what is registered at a
// place and a time. It has no network and no file system: what is asked stays on
// the machine of the asker. `make wasm` puts it into one page, docs/check/check.html.
package main
