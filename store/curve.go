package store

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A curve of a report is
//
//	uvarint  number of values + 1; 0 for nil
//	uvarint  steps to 1 when every value is a multiple of 1/steps (see grids), else 0
//	planes   2 byte planes of the multiples as int16 (all low bytes, then all high bytes),
//	         or 4 byte planes of the float32s themselves
//
// Both forms give back the same bits. Byte planes deflate better than whole numbers, because the high bytes of
// neighbours are alike.

// grids are steps that an analyzer may quantise to, coarse ones first: parts of a dB, and peaks of 8, 10 and 16 bits.
var grids = []uint64{20, 100, 255, 1000, 1<<15 - 1, 1 << 15, 1<<16 - 1}

func appendCurve(out []byte, values []float32) []byte {
	if values == nil {
		return binary.AppendUvarint(out, 0)
	}
	out = binary.AppendUvarint(out, uint64(len(values))+1)
	for _, steps := range grids {
		if multiples, ok := onGrid(values, steps); ok {
			return appendPlanes(binary.AppendUvarint(out, steps), multiples, 2)
		}
	}
	bits := make([]uint32, len(values))
	for i, v := range values {
		bits[i] = math.Float32bits(v)
	}
	return appendPlanes(binary.AppendUvarint(out, 0), bits, 4)
}

// onGrid gives values as multiples of 1/steps, if that loses no bit of any of them.
func onGrid(values []float32, steps uint64) ([]uint32, bool) {
	out := make([]uint32, len(values))
	for i, v := range values {
		n := math.Round(float64(v) * float64(steps))
		low, high := float64(math.MinInt16), float64(math.MaxInt16)
		if steps > math.MaxInt16 { // peaks: 0 to 1
			low, high = 0, math.MaxUint16
		}
		if !(n >= low && n <= high) || math.Float32bits(onStep(uint16(int32(n)), steps)) != math.Float32bits(v) {
			return nil, false
		}
		out[i] = uint32(uint16(int32(n)))
	}
	return out, true
}

func onStep(multiple uint16, steps uint64) float32 {
	n := float64(int16(multiple))
	if steps > math.MaxInt16 {
		n = float64(multiple)
	}
	return float32(n / float64(steps))
}

func appendPlanes(out []byte, values []uint32, planes int) []byte {
	for p := range planes {
		for _, v := range values {
			out = append(out, byte(v>>(8*p)))
		}
	}
	return out
}

// readCurve reads what appendCurve wrote and gives the bytes after it.
func readCurve(raw []byte) ([]float32, []byte, error) {
	count, used := binary.Uvarint(raw)
	if used <= 0 {
		return nil, nil, fmt.Errorf("%w: curve", errReport)
	}
	raw = raw[used:]
	if count == 0 {
		return nil, raw, nil
	}
	count--
	steps, used := binary.Uvarint(raw)
	if used <= 0 {
		return nil, nil, fmt.Errorf("%w: curve", errReport)
	}
	raw = raw[used:]
	planes := uint64(2)
	if steps == 0 {
		planes = 4
	}
	if count > uint64(len(raw))/planes {
		return nil, nil, fmt.Errorf("%w: curve of %d values in %d bytes", errReport, count, len(raw))
	}
	values := make([]float32, count)
	for i := range values {
		var v uint32
		for p := range planes {
			v |= uint32(raw[p*count+uint64(i)]) << (8 * p)
		}
		if steps == 0 {
			values[i] = math.Float32frombits(v)
		} else {
			values[i] = onStep(uint16(v), steps)
		}
	}
	return values, raw[planes*count:], nil
}
