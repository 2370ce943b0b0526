package say

// reasons are what the digits 1 to 9 stand for. The text is stored, so a later list can differ.
var reasons = []string{
	"audible artefacts",
	"lattice in the spectrum",
	"unnatural voice or words",
	"known release, or proof from the artist",
	"an instrument explains the lines (chip, drone, synth)",
	"AI tool used on human work",
	"a generator is named in tags or by the sender",
	"poor source, cannot tell",
	"same as another track",
}

// Reason is the text of a digit; empty for 0.
func Reason(n int) string {
	if n < 1 || n > len(reasons) {
		return ""
	}
	return reasons[n-1]
}

// Reasons lists the texts in the order of their digits.
func Reasons() []string { return append([]string(nil), reasons...) }
