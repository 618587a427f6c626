//go:build ignore

// Writes encoder.safetensors, the weights of nested.yaml: go run weights.go
package main

import (
	"bytes"
	"encoding/binary"
	"log"
	"os"
)

func main() {
	const header = `{"dense.weight":{"dtype":"F32","shape":[6,8],"data_offsets":[0,192]},` +
		`"dense.bias":{"dtype":"F32","shape":[6],"data_offsets":[192,216]}}`
	var b bytes.Buffer
	// The header ends where the data can be aligned to eight bytes.
	padded := append([]byte(header), bytes.Repeat([]byte(" "), -len(header)&7)...)
	binary.Write(&b, binary.LittleEndian, uint64(len(padded)))
	b.Write(padded)
	for i := range 6*8 + 6 {
		binary.Write(&b, binary.LittleEndian, float32(i%7-3)/8)
	}
	if err := os.WriteFile("encoder.safetensors", b.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}
