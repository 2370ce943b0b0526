package container

import "encoding/binary"

// An mp3 or aac file is a row of frames and has no header: a first frame with a table of contents (Xing, Info, VBRI)
// says how long the file is, is often missing, and is wrong after cutting and joining. Decoders that believe it stop
// early; without it they guess from the first frame's bit rate. So all frame headers are walked when a file is opened
// (a few milliseconds), the sound is handed to libsndfile without the junk between, and with a header that is true.
//
// Layout: ISO/IEC 11172-3 and 13818-3, 2.4.2.3; ADTS: ISO/IEC 13818-7, 6.2; Xing and LAME: gabriel.mp3-tech.org.

// frame is the header of one frame.
type frame struct {
	size    int    // bytes with the header
	samples int    // per channel
	rate    int    // Hz
	kind    uint32 // what stays the same throughout a recording
	layer   int    // 1 to 3; 0: aac
	side    int    // bytes between header and main data (layer 3)
}

const frameHeaderLen = 7 // of ADTS; MPEG has 4

var (
	mpegBitrates = [5][15]int{ // kbit/s; MPEG-1 layers 1, 2, 3; MPEG-2 layer 1, layers 2 and 3
		{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
		{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
		{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	}
	mpegRates = [3]int{44100, 48000, 32000}
	adtsRates = [13]int{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}
)

// parseMPEG reads the header of an MPEG audio frame. Free format, which nobody writes, is not known here.
func parseMPEG(b []byte) (frame, bool) {
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe0 != 0xe0 {
		return frame{}, false
	}
	h := binary.BigEndian.Uint32(b)
	version, layer := h>>19&3, 4-int(h>>17&3)
	bits, rate, pad := h>>12&15, h>>10&3, int(h>>9&1)
	if version == 1 || layer == 4 || bits == 0 || bits == 15 || rate == 3 || h&3 == 2 {
		return frame{}, false
	}
	mono := h>>6&3 == 3
	f := frame{rate: mpegRates[rate], layer: layer, samples: 1152, kind: h & 0xfffe0c00}
	if mono {
		f.kind |= 1
	}
	low := version != 3
	switch {
	case !low:
	case version == 2:
		f.rate /= 2
	default:
		f.rate /= 4
	}
	table := layer - 1
	if low {
		table = min(layer, 2) + 2
	}
	bitrate := mpegBitrates[table][bits] * 1000
	switch {
	case layer == 1:
		f.samples = 384
		f.size = (12*bitrate/f.rate + pad) * 4
	case layer == 3 && low:
		f.samples = 576
		f.size = 72*bitrate/f.rate + pad
	default:
		f.size = 144*bitrate/f.rate + pad
	}
	switch { // 32, 17, 9 bytes of side information
	case !low && !mono:
		f.side = 32
	case low && mono:
		f.side = 9
	default:
		f.side = 17
	}
	return f, true
}

// parseADTS reads the header of an aac frame.
func parseADTS(b []byte) (frame, bool) {
	if len(b) < frameHeaderLen || b[0] != 0xff || b[1]&0xf6 != 0xf0 {
		return frame{}, false
	}
	rate := int(b[2] >> 2 & 15)
	f := frame{
		size:    int(b[3]&3)<<11 | int(b[4])<<3 | int(b[5])>>5,
		samples: 1024 * (int(b[6]&3) + 1),
		kind:    uint32(b[1]&8)<<16 | uint32(b[2]&0xfd)<<8 | uint32(b[3]&0xc0),
	}
	if rate >= len(adtsRates) || f.size < frameHeaderLen {
		return frame{}, false
	}
	f.rate = adtsRates[rate]
	return f, true
}
