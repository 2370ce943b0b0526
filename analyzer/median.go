package analyzer

// spread is the median of v and its median absolute deviation in units of a normal distribution's. It changes v.
func spread[F int32 | float32 | float64](v []F) (middle F, deviation float64) {
	middle = median(v)
	for i, x := range v {
		v[i] = max(x-middle, middle-x)
	}
	return middle, 1.4826 * float64(median(v))
}

// median is the element of v that half of the others lie below. It changes the order of v as far as is needed to find
// it (Hoare, Algorithm 65: Find, 1961).
func median[F int32 | float32 | float64](v []F) F {
	middle, low, high := len(v)/2, 0, len(v)-1
	for low < high {
		pivot, i, j := v[middle], low, high
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for pivot < v[j] {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i, j = i+1, j-1
			}
		}
		if j < middle {
			low = i
		}
		if middle < i {
			high = j
		}
	}
	return v[middle]
}
