package cli

import "github.com/spf13/cobra"

func newAgreementImport(sh *shell) *cobra.Command { return &cobra.Command{Use: "import"} }
