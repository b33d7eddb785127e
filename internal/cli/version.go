package cli

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// Version is the version of the product; the build may set it.
var Version = "0.1.0-dev"

type versionAnswer struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Revision string `json:"revision,omitempty"`
}

func newVersion(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Say which version this is", Args: noArgs,
		Example: "  truce version\n  truce version --json",
		RunE: func(*cobra.Command, []string) error {
			v := versionAnswer{Version: Version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" {
						v.Revision = s.Value
					}
				}
			}
			if sh.json {
				return sh.printJSON(v)
			}
			sh.printf("truce %s (%s, %s)\n", v.Version, v.Go, v.Platform)
			return nil
		},
	}
}
