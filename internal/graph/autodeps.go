package graph

import (
	"sort"

	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/tensor"
)

// The op lists of automatic control dependencies
// (tensorflow/python/framework/auto_control_deps.py, TF 2.21).
var (
	// unordered ops do not run in program order, nor because they are stateful.
	unordered = set(
		// run asynchronously
		"CollectiveGather", "CollectiveReduce", "CollectiveBcastSend", "CollectiveBcastSendV2",
		"CollectiveBcastRecv", "CollectiveBcastRecvV2", "NcclAllReduce", "Recv",
		"CollectiveInitializeCommunicator", "CollectiveAssignGroupV2",
		// legacy random ops: they only draw
		"RandomUniform", "RandomUniformInt", "RandomStandardNormal", "ParameterizedTruncatedNormal",
		"TruncatedNormal", "RandomShuffle", "Multinomial", "RandomGamma", "RandomGammaGrad",
		"RandomPoisson", "RandomPoissonV2",
		// insensitive to order
		"CudnnRNN", "CudnnRNNBackprop", "CudnnRNNV2", "CudnnRNNV3", "CudnnRNNBackpropV2",
		"CudnnRNNBackpropV3", "RestoreV2", "SaveV2",
	)
	// stateless ops that are ordered all the same
	orderedStateless = set("AllToAll", "CrossReplicaSum", "CollectivePermute")
	// readOnly ops do not change the resources that they are given.
	readOnly = set("ReadVariableOp", "VariableShape", "ResourceGather", "ResourceGatherNd", "_ReadVariablesOp")
)

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// Stateful reports whether the node counts as stateful for the order of
// execution.
func (n *Node) Stateful() bool {
	if n.Def == nil {
		return false
	}
	name := n.Def.Name
	return n.Def.Stateful && !unordered[name] || orderedStateless[name]
}

// readOnlyInputs are the indices of the resource inputs that the node does not
// write to.
func (n *Node) readOnlyInputs() []int64 {
	if readOnly[n.Op()] {
		var out []int64
		for i, t := range n.Inputs {
			if t.DType == tensor.Resource {
				out = append(out, int64(i))
			}
		}
		return out
	}
	list, _ := n.Attrs[ReadOnlyInputs].([]int64)
	return list
}

// ReadOnlyInputs is the attribute of a call that lists the inputs, all
// resources, that the function does not write to.
const ReadOnlyInputs = "_read_only_resource_inputs"

// ReadOnlyResourceInputs lists the inputs of g that are resources and are only
// read.
func (g *Graph) ReadOnlyResourceInputs() []int64 {
	written := map[*Tensor]bool{}
	for _, n := range g.Nodes {
		ro := n.readOnlyInputs()
		for i, t := range n.Inputs {
			if t.DType != tensor.Resource {
				continue
			}
			if len(ro) > 0 && ro[0] == int64(i) {
				ro = ro[1:]
			} else {
				written[t] = true
			}
		}
	}
	out := []int64{}
	for i, t := range g.AllInputs() {
		if t.DType == tensor.Resource && !written[t] {
			out = append(out, int64(i))
		}
	}
	return out
}

// AutoControlDependencies orders the stateful nodes from index first on as the
// program ran them, and makes the nodes of returned wait for all that must run
// (AutomaticControlDependencies.__exit__, TF 2.21). It sets ControlOutputs.
func (g *Graph) AutoControlDependencies(first int, returned []*Tensor) error {
	lastWrite := map[*Tensor]*Node{}
	reads := map[*Tensor][]*Node{}
	var lastStateful *Node
	var mustRun []*Node
	for _, n := range g.Nodes[first:] {
		stateful := n.Stateful()
		if stateful && (!readOnly[n.Op()] || n.consumed()) {
			mustRun = append(mustRun, n)
		}
		ro := n.readOnlyInputs()
		var after []*Node
		var done []*Tensor
		for pass := 0; pass < 2; pass++ { // reads first, then writes
			at := ro
			for i, t := range n.Inputs {
				if t.DType != tensor.Resource {
					continue
				}
				isRead := len(at) > 0 && at[0] == int64(i)
				if isRead {
					at = at[1:]
				}
				if isRead != (pass == 0) || contains(done, t) {
					continue
				}
				done = append(done, t)
				if w := lastWrite[t]; w != nil {
					after = append(after, w)
				}
				if isRead {
					reads[t] = append(reads[t], n)
					continue
				}
				after = append(after, reads[t]...)
				reads[t] = nil
				lastWrite[t] = n
			}
		}
		if stateful && len(done) == 0 {
			if lastStateful != nil {
				n.AddControl(lastStateful)
			}
			lastStateful = n
		}
		for _, c := range after {
			if c != n {
				n.AddControl(c)
			}
		}
	}
	g.ControlOutputs = append(g.ControlOutputs, mustRun...)
	if len(mustRun) == 0 || len(returned) == 0 {
		return nil
	}
	saved := g.scope
	g.scope = g.base
	noop, err := g.Add(NodeSpec{Op: "NoOp"})
	g.scope = saved
	if err != nil {
		return err
	}
	noop.Control = append([]*Node(nil), mustRun...)
	for _, t := range returned {
		t.Node.AddControl(noop)
	}
	return nil
}

func contains(list []*Tensor, t *Tensor) bool {
	for _, x := range list {
		if x == t {
			return true
		}
	}
	return false
}

// consumed reports whether another node uses an output of n.
func (n *Node) consumed() bool {
	for _, t := range n.Outputs {
		if t.consumers > 0 {
			return true
		}
	}
	return false
}

// sortedNames are the names of nodes in ascending order.
func sortedNames(nodes []*Node) []string {
	names := make([]string, len(nodes))
	for i, n := range nodes {
		names[i] = n.Name
	}
	sort.Strings(names)
	return names
}

var placeholderDef, _ = op.Lookup("Placeholder")
