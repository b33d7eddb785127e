package cli

import "strings"

// demoNext are the things to try after the demo, while it serves and after it
// ended; REG stands for the flag that names the register.
const (
	demoServed = `
Next, try in another terminal, from the folder of this program:

  truce check REG --at "36.2128, 37.1166" --radius 500   # as the public: what is not yours is not shown
  truce party list REG   # who takes part
  truce log verify REG   # the newest signed head of the log
  truce coord "36°12'46\"N 37°7'0\"E"   # every notation of a coordinate
`
	demoKept = `
Next, try:

  truce check REG --at "36.2128, 37.1166" --radius 500   # what is registered there, for the registrar
  truce now REG --time 2016-08-12T10:30:00+03:00 --at "36.2070, 37.1740"   # what held there then, and what was announced by one side only
  truce site list REG   # every site, and how far each position was verified
  truce challenge list REG   # what is contested
  truce gaps parties REG   # what each party has not answered, since when, at which echelon
  truce gaps seen REG --owner medical-organisation   # who saw the hospitals, and who refused
  truce log verify REG   # everything again, from the stored entries
  truce serve REG   # the same over HTTP
`
	demoGone = `
Next, try:

  truce demo --once --keep aleppo   # the same, kept in the folder aleppo
  truce init D --origin register.example/name --no-passphrase   # a register of your own
`
)

// next says what to try, with the register that there is.
func (d *demonstration) next(text, reg string) {
	for line := range strings.Lines(strings.ReplaceAll(text, "REG", reg)) {
		d.sh.printf("%s\n", strings.TrimSuffix(line, "\n"))
	}
}
