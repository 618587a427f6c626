// Package tfpb holds the protobuf messages of a SavedModel as Go types. The
// .proto files in proto/ are tfsave's own minimal ones; message names and field
// numbers are those of TensorFlow 2.21. `make generate` makes the Go files.
package tfpb
