package tabular

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"truce"
)

// xmlReader reads XML tokens within bounds: no document type and so no
// entities of its own, MaxDepth levels, maxToken bytes a token.
type xmlReader struct {
	dec   *xml.Decoder
	left  *tokenBudget
	depth int
}

// tokenBudget lets so many bytes pass until it is filled up again.
type tokenBudget struct {
	r    io.Reader
	left int
}

func (b *tokenBudget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, truce.E(truce.CodeTooLarge, "a tag or a text is longer than %d KiB", maxToken>>10)
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

func newXMLReader(r io.Reader) *xmlReader {
	left := &tokenBudget{r: r}
	dec := xml.NewDecoder(bufio.NewReaderSize(left, 16<<10))
	dec.CharsetReader = xmlCharset
	return &xmlReader{dec: dec, left: left}
}

// xmlCharset decodes the encoding that an XML declaration names.
func xmlCharset(label string, r io.Reader) (io.Reader, error) {
	enc, err := charset(label)
	if err != nil || strings.HasPrefix(strings.ToLower(label), "utf-16") {
		return nil, truce.E(truce.CodeInvalid, "the encoding %.40q of the XML is not read", label).
			WithHint("export the file again as UTF-8")
	}
	if enc == nil {
		return r, nil
	}
	return enc.NewDecoder().Reader(r), nil
}

// token gives the next token; io.EOF only after a complete document.
func (x *xmlReader) token() (xml.Token, error) {
	x.left.left = maxToken
	tok, err := x.dec.Token()
	if err != nil {
		return nil, x.fault(err)
	}
	switch tok.(type) {
	case xml.StartElement:
		if x.depth++; x.depth > MaxDepth {
			return nil, truce.E(truce.CodeRefused, "XML elements are nested more than %d deep", MaxDepth)
		}
	case xml.EndElement:
		x.depth--
	case xml.Directive:
		return nil, truce.E(truce.CodeRefused, "the XML has a document type, through which entities are smuggled in").
			WithHint("remove the <!DOCTYPE …> part")
	}
	return tok, nil
}

// fault says what is wrong with the XML and in which line.
func (x *xmlReader) fault(err error) error {
	if _, ours := errors.AsType[*truce.Error](err); ours || errors.Is(err, io.EOF) {
		return asError(err)
	}
	line, _ := x.dec.InputPos()
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return truce.E(truce.CodeInvalid, "the XML is broken in line %d: %s", line, syntax.Msg).
			WithHint("export the file again; nothing after this line was read")
	}
	return truce.Wrap(truce.CodeInvalid, err, "the XML cannot be read beyond line %d", line).
		WithHint("export the file again; it may have been cut off")
}

// start gives the next start element, whatever stands before it.
func (x *xmlReader) start() (xml.StartElement, error) {
	for {
		tok, err := x.token()
		if err != nil {
			return xml.StartElement{}, err
		}
		if el, ok := tok.(xml.StartElement); ok {
			return el, nil
		}
	}
}

// visitor is told what walk comes by. path holds the names of the elements
// within the one walked over, the innermost last; it is valid during the call.
// Any of the functions may be nil; an error ends the walk.
type visitor struct {
	begin func(path []string, el xml.StartElement) error
	text  func(path []string, b []byte) error
	end   func(path []string) error
	most  int64 // bytes of the element; 0: no bound but that of the file
}

// walk goes through the element that was just begun, up to its end.
func (x *xmlReader) walk(v visitor) error {
	var path []string
	begin := x.dec.InputOffset()
	for {
		tok, err := x.token()
		if err != nil {
			return noEOF(err)
		}
		if v.most > 0 && x.dec.InputOffset()-begin > v.most {
			return truce.E(truce.CodeTooLarge, "an entry is longer than %d MiB", v.most>>20).WithHint("nothing after it was read; take it out or simplify it")
		}
		_, ended := tok.(xml.EndElement)
		if ended && len(path) == 0 {
			return nil
		}
		if el, ok := tok.(xml.StartElement); ok {
			path = append(path, el.Name.Local)
		}
		if err := v.see(path, tok); err != nil {
			return err
		}
		if ended {
			path = path[:len(path)-1]
		}
	}
}

func (v visitor) see(path []string, tok xml.Token) error {
	switch t := tok.(type) {
	case xml.StartElement:
		if v.begin != nil {
			return v.begin(path, t)
		}
	case xml.CharData:
		if v.text != nil {
			return v.text(path, t)
		}
	case xml.EndElement:
		if v.end != nil {
			return v.end(path)
		}
	}
	return nil
}

// skip reads over the element that was just begun.
func (x *xmlReader) skip() error { return x.walk(visitor{}) }

// rest reads to the end of the document, where the checksum of an archive is.
func (x *xmlReader) rest() error {
	for {
		if _, err := x.token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// noEOF gives an error for a document that ends too early.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return truce.E(truce.CodeInvalid, "the XML breaks off").WithHint("export or copy the file again")
	}
	return err
}

// attr is the attribute name of el without regard to its name space, or "".
func attr(el xml.StartElement, name string) string {
	for _, a := range el.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// openXML tells KML and GPX apart by the root element.
func openXML(r io.Reader) (*Source, error) {
	x := newXMLReader(r)
	root, err := x.start()
	if err != nil {
		return nil, noEOF(err)
	}
	switch root.Name.Local {
	case "kml", "Document", "Folder", "Placemark":
		return &Source{format: KML, rows: newKML(x, root)}, nil
	case "gpx":
		return &Source{format: GPX, rows: &gpxReader{x: x}}, nil
	}
	return nil, truce.E(truce.CodeInvalid, "the XML begins with <%.40s>: neither KML nor GPX", root.Name.Local).
		WithHint("export the list as KML, GPX, GeoJSON or CSV")
}
