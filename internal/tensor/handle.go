package tensor

// HandleData says what one tensor behind a resource or variant handle looks
// like: the value of a variable, an element of a list
// (HandleShapeAndType in tensorflow/core/framework/cpp_shape_inference.proto).
type HandleData struct {
	DType DType
	Shape Shape
}
