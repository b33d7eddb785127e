package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"text/template"
)

//go:embed page.html
var html string

//go:embed page.css
var css string

//go:embed page.js
var script string

// maxCompressed is how large the program may be, compressed, in bytes (issue 3).
const maxCompressed = 3_000_000

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: bundle WASM WASM_EXEC_JS OUT")
		os.Exit(2)
	}
	if err := bundle(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func bundle(wasm, exec, out string) error {
	program, err := os.ReadFile(wasm)
	if err != nil {
		return err
	}
	runtime, err := os.ReadFile(exec)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(program); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	if packed.Len() > maxCompressed {
		return fmt.Errorf("the program has %d bytes compressed, more than %d", packed.Len(), maxCompressed)
	}
	page, err := page(packed.Bytes(), string(runtime))
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, the program %d compressed\n", out, len(page), packed.Len())
	return os.WriteFile(out, page, 0o644)
}

// page fills the page in. Its policy permits this one script and this one style, and
// no connection to anywhere.
func page(packed []byte, runtime string) ([]byte, error) {
	all := "const WASM = \"" + base64.StdEncoding.EncodeToString(packed) + "\";\n" + runtime + "\n" + script
	if strings.Contains(all, "</script") {
		return nil, fmt.Errorf("a script holds the end of a script")
	}
	t, err := template.New("page").Parse(html)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, map[string]string{"Style": css, "Script": all, "StyleHash": hash(css), "ScriptHash": hash(all)})
	return b.Bytes(), err
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}
