#!/bin/sh
# Regenerates the Go types from proto/. Needs Go and a Python with grpcio-tools
# (for protoc): PYTHON names it. Run by `make generate`.
set -eu
cd "$(dirname "$0")"
bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
GOBIN=$bin go install google.golang.org/protobuf/cmd/protoc-gen-go
rm -f ./*.pb.go
PATH=$bin:$PATH "${PYTHON:-python3}" -m grpc_tools.protoc -Iproto \
	--go_out=. --go_opt=module=github.com/tfsave/tfsave/internal/tfpb proto/tfsave/*.proto
