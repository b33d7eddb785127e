package truce

import "encoding/json"

// Shapes are the shapes in a body, wherever its fields say that one stands, in the
// order in which they stand there. What is not formed as the fields say is passed over.
func Shapes(fields []Field, body json.RawMessage) (out []json.RawMessage) {
	Members(body, func(name, value []byte) {
		i := fieldIndex(fields, name)
		if i < 0 {
			return
		}
		switch f := &fields[i]; f.Type {
		case Shape:
			out = append(out, value)
		case Group:
			out = append(out, Shapes(f.Of, value)...)
		case List:
			Items(value, func(item []byte) { out = append(out, Shapes(f.Of, item)...) })
		}
	})
	return out
}
