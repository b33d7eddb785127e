// Package packnotice stands behind stage 4 USE, on the asker's machine: it is handed
// what a pack answered and gives the words that every answer carries: what it knows,
// how old that is, and that protection under the law does not depend on it. The
// command line and the WebAssembly build speak through it; it writes nothing.
package packnotice
