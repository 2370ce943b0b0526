package theme

import "github.com/charmbracelet/lipgloss"

// pair is one role's colour: true colour, 256 colours, 16 colours, on light and on dark backgrounds.
func pair(light, light256, light16, dark, dark256, dark16 string) lipgloss.CompleteAdaptiveColor {
	return lipgloss.CompleteAdaptiveColor{
		Light: lipgloss.CompleteColor{TrueColor: light, ANSI256: light256, ANSI: light16},
		Dark:  lipgloss.CompleteColor{TrueColor: dark, ANSI256: dark256, ANSI: dark16},
	}
}

var (
	orange = pair("#A85100", "130", "3", "#FFA657", "215", "11")
	blue   = pair("#0B5CAD", "25", "4", "#79B8FF", "111", "12")
	teal   = pair("#00656F", "23", "6", "#6FD3D8", "80", "14")
	violet = pair("#7A3E9D", "97", "5", "#D2A8FF", "183", "13")
	ink    = pair("#1F2328", "235", "0", "#E6EDF3", "254", "15")
	gray   = pair("#656D76", "242", "8", "#8B949E", "246", "7")
	faint  = pair("#AFB8C1", "250", "7", "#484F58", "239", "8")
	band   = pair("#DCE8F8", "254", "7", "#223149", "236", "4") // behind the selected line
)
