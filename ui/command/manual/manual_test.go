package manual

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func tree() *cobra.Command {
	run := func(*cobra.Command, []string) {}
	root := &cobra.Command{
		Use: "tool", Short: "Do it", Long: "First.\n\nSecond \\n.\n\n  kept as  it is\n\n.dot", Version: "v1", Run: run,
	}
	root.PersistentFlags().BoolP("quiet", "q", false, "say \"nothing\"")
	child := &cobra.Command{Use: "make THING", Short: "Make", Example: "  tool make x\n  'quoted'", Run: run}
	child.Flags().String("out", "", "write to `FILE`")
	child.Flags().Bool("secret", false, "")
	_ = child.Flags().MarkHidden("secret")
	parent := &cobra.Command{Use: "model", Short: "Models"}
	parent.AddCommand(&cobra.Command{Use: "show", Short: "Show it", Run: run})
	root.AddCommand(child, parent, &cobra.Command{Use: "hidden", Hidden: true, Run: run},
		&cobra.Command{Use: "exit-codes", Short: "Codes", Long: "0 is good."})
	return root
}

func TestWrite(t *testing.T) {
	var out, again strings.Builder
	if err := Write(&out, tree()); err != nil {
		t.Fatal(err)
	}
	if err := Write(&again, tree()); err != nil || out.String() != again.String() {
		t.Error("twice is not the same")
	}
	for _, want := range []string{
		".TH \"TOOL\" \"1\" \"\" \"tool v1\" \"tool manual\"\n",
		"tool \\- do it\n", "Second \\en.\n", "  kept as  it is\n",
		"\\&.dot\n",
		".SS \"tool make THING [flags]\"\n", "\\fB\\-\\-out\\fR \\fIFILE\\fR\nwrite to FILE\n",
		"\\fB\\-q\\fR, \\fB\\-\\-quiet\\fR\nsay \"nothing\"\n",
		".SS \"tool model show", ".SH \"EXIT CODES\"\n0 is good.\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("lacks %q", want)
		}
	}
	for _, not := range []string{"secret", "hidden", "\n'quoted'"} {
		if strings.Contains(out.String(), not) {
			t.Errorf("has %q", not)
		}
	}
	if t.Failed() {
		t.Log(out.String())
	}
}

func TestGroffTakesIt(t *testing.T) {
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("no groff")
	}
	var page strings.Builder
	if err := Write(&page, tree()); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), groff, "-man", "-Tutf8", "-Kutf8", "-wall", "-z")
	cmd.Stdin = strings.NewReader(page.String())
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
}
