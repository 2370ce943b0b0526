package training

import (
	"cmp"
	"math"
	"slices"

	"earmark/analyzer"
)

// calibrate fits what turns margins into probabilities and tiers, to recordings as models of other folds heard them.
func calibrate(m *analyzer.Model, samples []sample, held []unseen) (*Evaluation, error) {
	ai := make([]bool, len(samples))
	var fused, onlyA, onlyB [][]float64
	for i, u := range held {
		ai[i] = samples[i].track.AI
		fused = append(fused, []float64{u.margin, u.lattice})
		onlyA, onlyB = append(onlyA, []float64{u.a}), append(onlyB, []float64{u.b})
	}
	var err error
	if m.HeadA, err = fitLogit(onlyA, ai); err != nil {
		return nil, err
	}
	if m.HeadB, err = fitLogit(onlyB, ai); err != nil {
		return nil, err
	}
	coef, bias, err := fitSmall(fused, ai)
	if err != nil {
		return nil, err
	}
	m.Fuse = analyzer.Fuse{Template: sig(coef[0]), Lattice: sig(coef[1]), Bias: sig(bias)}
	if err := calibrateSegments(m, ai, held); err != nil {
		return nil, err
	}

	z, proto := make([]float64, len(held)), make([]float64, len(held))
	var humanZ, humanProto, humanLattice []float64
	for i, u := range held {
		z[i] = m.Fuse.Template*u.margin + m.Fuse.Lattice*u.lattice + m.Fuse.Bias
		proto[i] = min(m.HeadA.Scale*u.a+m.HeadA.Offset, m.HeadB.Scale*u.b+m.HeadB.Offset)
		if !ai[i] {
			humanZ, humanProto = append(humanZ, z[i]), append(humanProto, proto[i])
			humanLattice = append(humanLattice, u.lattice)
		}
	}
	recall, err := analyzer.Conformal(humanZ, recallShare)
	if err != nil {
		return nil, err
	}
	humanSafe, err := analyzer.Conformal(humanZ, humanSafeShare)
	if err != nil {
		return nil, err
	}
	press := slices.Max(humanProto) + pressMargin
	m.Tiers = analyzer.Thresholds{
		Recall: sig(recall), HumanSafe: sig(humanSafe), PressSafe: sig(press),
		Tracks: len(humanZ),
	}
	lattice, err := analyzer.Conformal(humanLattice, humanSafeShare)
	if err != nil {
		return nil, err
	}
	m.Lattice = sig(max(lattice, latticeSigmas))
	return evaluate(m, samples, z, proto), nil
}

func fitLogit(rows [][]float64, ai []bool) (analyzer.Logit, error) {
	coef, bias, err := fitSmall(rows, ai)
	if err != nil {
		return analyzer.Logit{}, err
	}
	return analyzer.Logit{Scale: sig(coef[0]), Offset: sig(bias)}, nil
}

func calibrateSegments(m *analyzer.Model, ai []bool, held []unseen) error {
	var rows [][]float64
	var class []bool
	for i, u := range held {
		for _, margin := range u.segments {
			rows, class = append(rows, []float64{margin}), append(class, ai[i])
		}
	}
	var err error
	if m.Segment, err = fitLogit(rows, class); err != nil {
		return err
	}
	var human []float64
	for i, r := range rows {
		if !class[i] {
			human = append(human, 1/(1+math.Exp(-m.Segment.Scale*r[0]-m.Segment.Offset)))
		}
	}
	mark, err := analyzer.Conformal(human, 1-segmentHuman)
	m.Segment.Mark = sig(mark)
	return err
}

// evaluate counts flags per source and manipulation, human music as one source.
func evaluate(m *analyzer.Model, samples []sample, z, proto []float64) *Evaluation {
	ev := &Evaluation{HumanFlags: map[string]int{}}
	rows := map[[2]string]*Row{}
	for i, s := range samples {
		source := "human"
		if s.track.AI {
			source = s.track.Source
		}
		tiers := m.Tiers.Judge(analyzer.Margins{Fused: z[i], Conservative: proto[i]})
		for _, manip := range []string{s.manip, "all"} {
			key := [2]string{source, manip}
			if rows[key] == nil {
				rows[key] = &Row{Source: source, Manipulation: manip}
			}
			rows[key].count(tiers)
		}
		if !s.track.AI {
			ev.Humans++
		}
	}
	for _, r := range rows {
		n := float64(r.Tracks)
		r.Recall, r.HumanSafe, r.PressSafe = r.Recall/n, r.HumanSafe/n, r.PressSafe/n
		ev.Rows = append(ev.Rows, *r)
	}
	slices.SortFunc(ev.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Manipulation, b.Manipulation), cmp.Compare(a.Source, b.Source))
	})
	return ev
}

func (r *Row) count(t analyzer.Tiers) {
	r.Tracks++
	if t.Recall == analyzer.Suspicious {
		r.Recall++
	}
	if t.HumanSafe == analyzer.Suspicious {
		r.HumanSafe++
	}
	if t.PressSafe == analyzer.Suspicious {
		r.PressSafe++
	}
}
