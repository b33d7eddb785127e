package geo

// block is a run of numbers, marks and separators between words.
type block []token

// group is the text as words and blocks in turn: marks[i] stand before blocks[i], the last of marks after the last block.
// ends[i] is set where a separator follows marks[i].
type group struct {
	blocks []block
	marks  [][]token
	ends   []bool
}

// components cuts the tokens into two components.
func components(toks []token) ([2]component, error) {
	g := groupTokens(toks)
	switch len(g.blocks) {
	case 1:
		return oneBlock(g)
	case 2:
		return twoBlocks(g)
	case 0:
		return [2]component{}, notCoordinate()
	}
	return [2]component{}, countError()
}

func groupTokens(toks []token) group {
	g := group{marks: [][]token{nil}, ends: []bool{false}}
	open := false
	for _, t := range toks {
		switch {
		case t.kind == tokMark:
			g.marks[len(g.marks)-1] = append(g.marks[len(g.marks)-1], t)
			open = false
		case open:
			g.blocks[len(g.blocks)-1] = append(g.blocks[len(g.blocks)-1], t)
		case t.kind == tokNum:
			g.blocks = append(g.blocks, block{t})
			g.marks, g.ends = append(g.marks, nil), append(g.ends, false)
			open = true
		case t.separates():
			g.ends[len(g.ends)-1] = true
		}
	}
	return g
}

// oneBlock reads numbers without words between them: 36.2, 37.1, or lat/lon: 36.2, 37.1, or N 36.2, 37.1 E.
func oneBlock(g group) ([2]component, error) {
	a, b, err := splitBlock(g.blocks[0])
	if err != nil {
		return [2]component{}, err
	}
	words := joinMarks(append(append([]token{}, g.marks[0]...), g.marks[1]...))
	switch len(words) {
	case 0:
		return both(a, nil, b, nil)
	case 2:
		return both(a, words[:1], b, words[1:])
	}
	return [2]component{}, invalid("only one of the two numbers is labelled").
		WithHint("write N or S beside the latitude and E or W beside the longitude")
}

// joinMarks merges words that say the same axis, such as "latitude nord".
func joinMarks(toks []token) []marker {
	var out []marker
	for _, t := range toks {
		n := len(out)
		if n > 0 && out[n-1].axis == t.mark.axis && (out[n-1].hemi == 0 || t.mark.hemi == 0 || out[n-1].hemi == t.mark.hemi) {
			out[n-1].hemi = max(out[n-1].hemi, t.mark.hemi)
			continue
		}
		out = append(out, t.mark)
	}
	return out
}

func both(a block, am []marker, b block, bm []marker) ([2]component, error) {
	first, err := newComponent(a, am)
	if err != nil {
		return [2]component{}, err
	}
	second, err := newComponent(b, bm)
	return [2]component{first, second}, err
}

// twoBlocks shares the words in the middle between the two numbers.
func twoBlocks(g group) ([2]component, error) {
	pre, mid, post := joinMarks(g.marks[0]), joinMarks(g.marks[1]), joinMarks(g.marks[2])
	switch len(mid) {
	case 1:
		if toFirst, err := midBelongsToFirst(g, pre, post); err != nil {
			return [2]component{}, err
		} else if toFirst {
			pre = append(pre, mid...)
		} else {
			post = append(post, mid...)
		}
	case 2:
		pre, post = append(pre, mid[0]), append(post, mid[1])
	default:
		return [2]component{}, countError()
	}
	return both(g.blocks[0], pre, g.blocks[1], post)
}

// separates reports whether t is a separator between the two components, or may be one.
func (t token) separates() bool { return t.kind == tokComma || t.kind == tokSplit }

// midBelongsToFirst decides whose the only word in the middle is. A label and a hemisphere of the same axis on both sides
// of a number belong together ("Lat 36 N, 37 E"); else the side that has no word yet; else the number on the same side of
// a separator ("36 N, 37"); else the number that it touches; else N and S belong to the first.
func midBelongsToFirst(g group, pre, post []marker) (bool, error) {
	mid := g.marks[1]
	m := joinMarks(mid)[0]
	switch {
	case len(pre) > 0 && sameKind(pre[len(pre)-1], m):
		return true, nil
	case len(post) > 0 && sameKind(post[0], m):
		return false, nil
	case len(pre) > 0 || len(post) > 0:
		return len(pre) == 0, nil
	}
	first := g.blocks[0]
	if before, after := first[len(first)-1].separates(), g.ends[1]; before != after {
		return after, nil
	}
	left, right := mid[0].pre, mid[len(mid)-1].post
	switch {
	case left != right:
		return left, nil
	case m.hemi == 0 && m.axis == axisLon: // a label goes before its number, and the latitude before the longitude
		return false, nil
	case m.hemi != 0 && m.axis == axisLat:
		return true, nil
	}
	return false, invalid("it is not clear which number the letter or word belongs to").
		WithHint("write N or S beside the latitude and E or W beside the longitude")
}

// sameKind reports whether one word is the label and the other the hemisphere of one number.
func sameKind(a, b marker) bool {
	return a.axis == b.axis && (a.hemi == 0) != (b.hemi == 0)
}

// splitBlock cuts a block into its two components: at the second degree mark, at the only strong separator, at the only
// comma, or in the middle.
func splitBlock(b block) (block, block, error) {
	nums, degs, strong, commas := survey(b)
	cut := 0
	switch {
	case len(nums) < 2 || len(nums) > 6 || len(degs) > 2:
		return nil, nil, countError()
	case len(degs) == 2:
		cut = degs[1]
	case len(strong) == 1:
		cut = strong[0]
	case len(strong) == 0 && len(commas) == 1:
		cut = commas[0]
	case len(nums)%2 == 0:
		cut = nums[len(nums)/2]
	default:
		return nil, nil, countError()
	}
	return b[:cut], b[cut:], nil
}

// survey finds the positions of the numbers, of the numbers that carry a degree mark, and of the numbers that follow a
// separator.
func survey(b block) (nums, degs, strong, commas []int) {
	var sep tokenKind
	for i, t := range b {
		switch t.kind {
		case tokNum:
			if sep == tokSplit {
				strong = append(strong, i)
			} else if sep == tokComma {
				commas = append(commas, i)
			}
			nums, sep = append(nums, i), tokNum
		case tokDeg:
			degs = append(degs, nums[len(nums)-1])
		case tokComma, tokSplit:
			sep = max(sep, t.kind)
		}
	}
	return nums, degs, strong, commas
}
