package savedmodel

import (
	"fmt"
	"path/filepath"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// debugInfo says for the nodes of the functions that are saved which code made
// them (_export_debug_info, save.py, TF 2.21): a trace is the frames of the calls,
// the outermost first. The code is that of the bodies; what nobody wrote, like
// the functions that save and restore, has no trace. Files are named as seen from
// the description's folder, so that it does not matter where that lies.
func debugInfo(folder string, lib *graph.Library, saved *tfpb.FunctionDefLibrary) *tfpb.GraphDebugInfo {
	p := &tfpb.GraphDebugInfo{
		FramesById:    map[uint64]*tfpb.GraphDebugInfo_FileLineCol{},
		TracesById:    map[uint64]*tfpb.GraphDebugInfo_StackTrace{},
		NameToTraceId: map[string]uint64{},
	}
	files := map[string]int32{}
	frames := map[graph.Frame]uint64{}
	traces := map[string]uint64{}

	frame := func(f graph.Frame) uint64 {
		if id, ok := frames[f]; ok {
			return id
		}
		file, ok := files[f.File]
		if !ok {
			file = int32(len(files))
			files[f.File] = file
			name := f.File
			if rel, err := filepath.Rel(folder, name); err == nil {
				name = filepath.ToSlash(rel)
			}
			p.Files = append(p.Files, name)
		}
		id := uint64(len(frames))
		frames[f] = id
		p.FramesById[id] = &tfpb.GraphDebugInfo_FileLineCol{FileIndex: file, Line: int32(f.Line), Col: int32(f.Col), Func: f.Func}
		return id
	}
	trace := func(stack []graph.Frame) uint64 {
		ids := make([]uint64, len(stack))
		for i, f := range stack {
			ids[i] = frame(f)
		}
		key := fmt.Sprint(ids)
		id, ok := traces[key]
		if !ok {
			id = uint64(len(traces))
			traces[key] = id
			p.TracesById[id] = &tfpb.GraphDebugInfo_StackTrace{FrameId: ids}
		}
		return id
	}
	keep := map[string]bool{}
	for _, f := range saved.Function {
		keep[f.Signature.Name] = true
	}
	for _, f := range lib.Functions() {
		if !keep[f.Name] {
			continue
		}
		for _, n := range f.Graph.Nodes {
			if len(n.Stack) > 0 {
				p.NameToTraceId[n.Name+"@"+f.Name] = trace(n.Stack)
			}
		}
	}
	return p
}
