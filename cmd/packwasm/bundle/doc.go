// Command bundle puts the WebAssembly build of pack and engine, the little script
// that Go brings for browsers, and a page into one HTML file that works from a disk
// without a server: bundle WASM WASM_EXEC_JS OUT.
package main
