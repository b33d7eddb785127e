package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"truce"
	"truce/geo"
)

func newVerification(sh *shell) *cobra.Command {
	return group(sh, "verification", "Verification of positions: record a step", `  truce verification record site-… --step imagery --result matches --data D`,
		newVerificationRecord)
}

// stepFlags are what was found in a step of verification.
type stepFlags struct {
	step, result, at, method, text string
	distance, tolerance            float64
}

func newVerificationRecord(sh *shell) *cobra.Command {
	var s stepFlags
	cmd := &cobra.Command{
		Use:   "record SUBJECT --step STEP --result RESULT",
		Short: "Record a step of the verification of the newest version of an object",
		Long: `Records that somebody looked again at where an object is. The steps, lowest first:
` + meaningText(truce.VerificationCodes) + `
The first two are reached by registering. imagery and second-organisation are for
another organisation than the owner, recipient-read-back for a recipient.`,
		Example: `  truce verification record site-… --step read-back --result matches --at 37SCA3065009240 --data D
  truce verification record site-… --step imagery --result differs --distance 420 --data D`,
		Args: exactArgs("the id of an object"),
	}
	w := sh.where(cmd)
	f := cmd.Flags()
	f.StringVar(&s.step, "step", "", "one of "+listText(truce.VerificationCodes))
	f.StringVar(&s.result, "result", "", "one of "+listText(truce.VerificationResults))
	f.StringVar(&s.at, "at", "", "the coordinate as it was read back, in any notation")
	f.StringVar(&s.method, "method", "", "how that coordinate was found: GPS, map, imagery")
	f.Float64Var(&s.distance, "distance", -1, "distance to what is registered, metres")
	f.Float64Var(&s.tolerance, "tolerance", -1, "tolerance for this kind of object, metres")
	f.StringVar(&s.text, "text", "", "in words")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body, err := s.body()
		if err != nil {
			return err
		}
		return w.about(cmd.Context(), "", args[0], func(r *register, it *item) error {
			body["version"] = it.Version
			return sh.sayIn(cmd.Context(), r, truce.VerificationRecord, it.ID, body, it.sameStatus())
		})
	}
	return cmd
}

func (s *stepFlags) body() (map[string]any, error) {
	err := firstOf(oneOf("step", s.step, truce.VerificationCodes.List()...), oneOf("result", s.result, truce.VerificationResults.List()...))
	if err != nil {
		return nil, err
	}
	body := withText(map[string]any{"step": s.step, "result": s.result}, s.text)
	if s.distance >= 0 {
		body["distanceM"] = s.distance
	}
	if s.tolerance >= 0 {
		body["toleranceM"] = s.tolerance
	}
	if s.at != "" {
		c, err := geo.ParseCoord(s.at)
		if err != nil {
			return nil, err
		}
		coord := map[string]any{"entered": s.at, "format": c.Format, "datum": c.Datum, "accuracyM": c.AccuracyM}
		if s.method != "" {
			coord["method"] = s.method
		}
		body["coord"] = coord
	}
	return body, nil
}

// listText is a table of codes as a flag's help says it.
func listText(t *truce.CodeTable) string { return strings.Join(t.List(), ", ") }

// meaningText is a table of codes with their meaning, a line each.
func meaningText(t *truce.CodeTable) string {
	var b strings.Builder
	for _, c := range t.Codes {
		b.WriteString("  " + c.Code + strings.Repeat(" ", max(1, 22-len(c.Code))) + c.Meaning + "\n")
	}
	return b.String()
}
