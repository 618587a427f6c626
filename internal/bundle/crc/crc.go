// Package crc computes the checksum of TensorBundle files: CRC-32C, stored
// masked.
//
// A stored checksum is rotated and offset, because the CRC of data that itself
// holds CRCs degenerates (LevelDB's table format; tensorflow/tsl/platform/crc32c
// in TF 2.21 does the same).
package crc

import "hash/crc32"

const maskDelta = 0xa282ead8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Update extends the checksum c of some bytes by p; c is 0 for no bytes yet.
func Update(c uint32, p []byte) uint32 { return crc32.Update(c, castagnoli, p) }

// Mask is the form in which a checksum is stored.
func Mask(c uint32) uint32 { return (c>>15 | c<<17) + maskDelta }

// Unmask undoes Mask.
func Unmask(m uint32) uint32 {
	r := m - maskDelta
	return r>>17 | r<<15
}
