package evaluation

import (
	"errors"
	"fmt"
	"math"
)

// Sample is what a training sample is apart from its sound.
type Sample struct {
	AI         bool
	Group      string   // what cross-validation keeps together
	Attributes []string // codec, rate, bandwidth, bit rate: each in its place, numbers as names of ranges
	Copy       bool     // made by augmentation
	Weight     float64  // in training
}

// Leakage is how well attributes alone tell AI from human music: the area under the ROC curve of a classifier that
// hears nothing. 0.5 is chance; one that is far below says that groups differ, not classes.
type Leakage struct {
	Before float64 // of the recordings as they are, all weighing alike
	After  float64 // of recordings and copies, weighed as in training
}

// Leak tries to predict the label from attributes alone, by naive Bayes with add-one smoothing, on groups that the
// classifier has not seen. A detector can learn no more from codec, rate or bandwidth than this finds, so long as
// attributes act each for itself.
//
// The area is of pairs within a fold: scores of different folds come from different classifiers. The classes weigh
// alike in training, so that an attribute that was never seen says nothing.
func Leak(samples []Sample) (Leakage, error) {
	var before, after []Sample
	for i, s := range samples {
		if len(s.Attributes) != len(samples[0].Attributes) {
			return Leakage{}, fmt.Errorf("sample %d has %d attributes, the first has %d", i, len(s.Attributes),
				len(samples[0].Attributes))
		}
		if !(s.Weight >= 0) || math.IsInf(s.Weight, 0) { // NaN too
			return Leakage{}, fmt.Errorf("sample %d weighs %g", i, s.Weight)
		}
		after = append(after, s)
		if !s.Copy {
			s.Weight = 1
			before = append(before, s)
		}
	}
	var l Leakage
	var err error
	if l.Before, err = attributeAUC(before); err != nil {
		return l, fmt.Errorf("recordings as they are: %w", err)
	}
	if l.After, err = attributeAUC(after); err != nil {
		return l, fmt.Errorf("training samples: %w", err)
	}
	return l, nil
}

func attributeAUC(samples []Sample) (float64, error) {
	members := make([]Member, len(samples))
	for i, s := range samples {
		members[i] = Member{s.AI, s.Group}
	}
	fold, folds := Deal(members, 5)
	if folds < 2 {
		return 0, errors.New("two groups of each class are needed")
	}
	var wins, pairs float64
	for held := range folds {
		var train, test []Sample
		for _, s := range samples {
			if fold[s.Group] == held {
				test = append(test, s)
			} else {
				train = append(train, s)
			}
		}
		model := fitBayes(train)
		var scores []scored
		for _, s := range test {
			scores = append(scores, scored{model.score(s.Attributes), s.Weight, s.AI})
		}
		w, p := rank(scores)
		wins, pairs = wins+w, pairs+p
	}
	if pairs == 0 {
		return 0, errors.New("no fold has weight in both classes")
	}
	return wins / pairs, nil
}

// bayes has the log-odds of AI that each attribute adds, by its place and value.
type bayes []map[string]float64

func fitBayes(train []Sample) bayes {
	var total [2]float64
	for _, s := range train {
		total[index(s.AI)] += s.Weight
	}
	if total[0] == 0 || total[1] == 0 || len(train) == 0 {
		return nil
	}
	model := make(bayes, len(train[0].Attributes))
	for place := range model {
		weight := map[string]*[2]float64{}
		for _, s := range train {
			v := s.Attributes[place]
			if weight[v] == nil {
				weight[v] = &[2]float64{}
			}
			// Each class weighs as half of the samples do, so that the one added to a value is one sample.
			weight[v][index(s.AI)] += s.Weight / total[index(s.AI)] * float64(len(train)) / 2
		}
		model[place] = map[string]float64{}
		for v, w := range weight {
			model[place][v] = math.Log((w[1] + 1) / (w[0] + 1))
		}
	}
	return model
}

func (m bayes) score(attributes []string) (sum float64) {
	for place, values := range m {
		sum += values[attributes[place]]
	}
	return sum
}
