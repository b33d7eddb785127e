package cli

import (
	"github.com/spf13/cobra"

	"truce"
)

func newAgreement(sh *shell) *cobra.Command {
	o := agreedCommands{"agreement", "register"}
	subs := []func(*shell) *cobra.Command{o.list, o.show, o.history, o.enter, o.amend, o.withdraw, newAgreementImport}
	for _, x := range agreementActs {
		subs = append(subs, x.command)
	}
	return group(sh, "agreement", "Agreements: register, accept, adhere, reserve, suspend, denounce, extend, terminate, list, show, import", `  truce agreement list --data D
  truce agreement register -f body.json --data D
  truce agreement accept agreement-… --have text.pdf --data D --key mine.key`, subs...)
}

// agreementActs are what a party says about an agreement, for itself.
var agreementActs = []agreedAct{
	{truce.AgreementAccept, "agreement", "accept", "--have text.pdf"},
	{truce.AgreementReject, "agreement", "reject", "--reason \"no monitoring\""},
	{truce.AgreementAdhere, "agreement", "adhere", ""},
	{truce.AgreementReserve, "agreement", "reserve", "--clauses c3 --text \"as to clause 3\""},
	{truce.AgreementSuspend, "agreement", "suspend", "--until 2016-09-01T00:00:00+03:00 --reason \"…\""},
	{truce.AgreementResume, "agreement", "resume", ""},
	{truce.AgreementDenounce, "agreement", "denounce", "--reason \"…\""},
	{truce.AgreementExtend, "agreement", "extend", "--until 2016-09-15T00:00:00+03:00"},
	{truce.AgreementTerminate, "agreement", "terminate", ""},
	{truce.AgreementFulfil, "agreement", "fulfil", ""},
	{truce.AgreementDeposit, "agreement", "deposit", "--party group-a"},
}
