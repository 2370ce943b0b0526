package evaluation

import (
	"cmp"
	"slices"
)

// Member is a recording of one class, and the name of what cross-validation keeps together with it.
type Member struct {
	AI    bool
	Group string // no group has both classes
}

// Deal gives each group one of so many folds, or of as many as there are groups of either class: the largest first,
// each to the fold that has least of its class, so that every fold has about as much of both.
func Deal(members []Member, most int) (fold map[string]int, folds int) {
	size, groups := map[Member]int{}, [2]int{}
	for _, m := range members {
		if size[m] == 0 {
			groups[index(m.AI)]++
		}
		size[m]++
	}
	var sorted []Member
	for m := range size {
		sorted = append(sorted, m)
	}
	slices.SortFunc(sorted, func(a, b Member) int {
		return cmp.Or(cmp.Compare(size[b], size[a]), cmp.Compare(a.Group, b.Group))
	})
	fold, folds = map[string]int{}, min(most, groups[0], groups[1])
	if folds == 0 {
		return fold, 0
	}
	load := make([][2]int, folds)
	for _, m := range sorted {
		class, least := index(m.AI), 0
		for i := range load {
			if load[i][class] < load[least][class] {
				least = i
			}
		}
		load[least][class] += size[m]
		fold[m.Group] = least
	}
	return fold, folds
}
