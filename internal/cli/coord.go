package cli

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"truce"
	"truce/geo"
)

// coordAnswer is the --json form of `truce coord`.
type coordAnswer struct {
	Entered   string         `json:"entered"`
	Format    geo.Format     `json:"format"`
	Datum     string         `json:"datum"`
	Lat       float64        `json:"lat"`
	Lon       float64        `json:"lon"`
	AccuracyM float64        `json:"accuracyM"`
	Ambiguous bool           `json:"ambiguous"`
	Notations []geo.Notation `json:"notations"`
	Slips     []geo.Slip     `json:"slips"`
}

func newCoord(sh *shell) *cobra.Command {
	var near string
	var radius float64
	cmd := &cobra.Command{
		Use:   "coord COORD",
		Short: "Read a coordinate in any notation; print it in every other, with precision and likely slips",
		Long: `Reads decimal degrees, degrees and minutes, degrees, minutes and seconds, UTM, UPS,
MGRS, geo: URIs and links of web maps, in several languages. With - it reads one
coordinate a line from standard input. Nothing is guessed: likely slips are proposed.`,
		Example: `  truce coord "36°12'46\"N 37°7'0\"E"
  truce coord 37SCA3065009240 --json
  truce coord "35.5030, 36.4510" --near "35.8, 36.6" --radius 100000`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return truce.E(truce.CodeUsage, "truce coord needs a coordinate").WithHint(`truce coord "36.2128, 37.1166"`)
			}
			expect, err := expectation(near, radius)
			if err != nil {
				return err
			}
			if len(args) == 1 && args[0] == "-" {
				return sh.coordLines(expect)
			}
			// Several words are one coordinate that was not quoted.
			return sh.coord(strings.Join(args, " "), expect)
		},
	}
	// A coordinate may begin with a minus, which is no flag.
	cmd.Flags().SetInterspersed(true)
	cmd.FParseErrWhitelist.UnknownFlags = false
	cmd.Flags().StringVar(&near, "near", "", "middle of the area where it ought to be, in any notation")
	cmd.Flags().Float64Var(&radius, "radius", 0, "radius of that area, metres")
	return cmd
}

func expectation(near string, radius float64) (geo.Expect, error) {
	if near == "" && radius != 0 {
		return geo.Expect{}, truce.E(truce.CodeUsage, "--radius needs --near, the middle of the area").WithHint(`such as --near "36.2, 37.15" --radius 60000`)
	}
	if near == "" {
		return geo.Expect{}, nil
	}
	c, err := geo.ParseCoord(near)
	if err != nil {
		return geo.Expect{}, truce.Within(err, "--near")
	}
	if !(radius > 0) {
		return geo.Expect{}, truce.E(truce.CodeUsage, "--near needs --radius in metres").WithHint(`such as --near "36.2, 37.15" --radius 60000`)
	}
	return geo.Expect{Near: c.Point, RadiusM: radius}, nil
}

func (sh *shell) coord(text string, expect geo.Expect) error {
	c, err := geo.ParseCoordNear(text, expect)
	if err != nil {
		return err
	}
	if sh.json {
		return sh.printJSON(coordJSON(c))
	}
	sh.coordText(c)
	return nil
}

func coordJSON(c geo.Coord) coordAnswer {
	slips := c.Slips
	if slips == nil {
		slips = []geo.Slip{}
	}
	return coordAnswer{Entered: c.Entered, Format: c.Format, Datum: c.Datum, Lat: c.Point.Lat, Lon: c.Point.Lon,
		AccuracyM: c.AccuracyM, Ambiguous: c.Ambiguous, Notations: geo.Notations(c.Point), Slips: slips}
}

func (sh *shell) coordText(c geo.Coord) {
	sh.printf("entered    %s\n", c.Entered)
	sh.printf("read as    %s, %s, precise to about %s\n", c.Format, c.Datum, metres(c.AccuracyM))
	for _, n := range geo.Notations(c.Point) {
		sh.printf("%-10s %s\n", n.Format, n.Text)
	}
	if c.Ambiguous {
		sh.printf("ambiguous  it can be read in more than one way: ask before it is used\n")
	}
	for _, s := range c.Slips {
		sh.printf("slip       %s\n", s.Message)
		if s.Hint != "" {
			sh.printf("           %s\n", s.Hint)
		}
	}
}

// metres prints a length as people say it.
func metres(m float64) string {
	switch {
	case m >= 10000:
		return fmt.Sprintf("%.0f km", m/1000)
	case m >= 1000:
		return fmt.Sprintf("%.1f km", m/1000)
	case m >= 10:
		return fmt.Sprintf("%.0f m", m)
	}
	return fmt.Sprintf("%.2g m", m)
}

// coordLines answers one line of JSON a line of input; a bad line is answered
// with its error and does not stop the rest. It fails in the end if one failed.
func (sh *shell) coordLines(expect geo.Expect) error {
	in := bufio.NewScanner(sh.In)
	in.Buffer(make([]byte, 0, 4096), 2*geo.MaxCoordBytes)
	bad := 0
	for row := 1; in.Scan(); row++ {
		c, err := geo.ParseCoordNear(in.Text(), expect)
		if err != nil {
			bad++
			sh.lineError(row, err)
			continue
		}
		if err := compactJSON(sh.Out, coordJSON(c)); err != nil {
			return err
		}
	}
	if err := in.Err(); err != nil {
		return truce.Wrap(truce.CodeTooLarge, err, "a line is too long for a coordinate")
	}
	if bad > 0 {
		return truce.E(truce.CodeInvalid, "%d of the lines could not be read", bad)
	}
	return nil
}

// lineError answers one bad line of a batch, as JSON in its place.
func (sh *shell) lineError(row int, err error) {
	type problem struct {
		Row   int    `json:"row"`
		Error string `json:"error"`
		Code  string `json:"code"`
		Hint  string `json:"hint,omitempty"`
	}
	compactJSON(sh.Out, problem{row, err.Error(), string(truce.CodeOf(err)), truce.HintOf(err)})
}
