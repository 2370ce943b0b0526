package analyzer

// maxrssUnit is the unit of ru_maxrss in bytes: getrusage(2) counts bytes here.
const maxrssUnit = 1
